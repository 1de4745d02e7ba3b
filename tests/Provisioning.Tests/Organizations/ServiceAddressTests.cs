using System.Net;
using EncryptionService.Provisioning.Organizations;

namespace EncryptionService.Provisioning.Tests.Organizations;

public sealed class ServiceAddressTests
{
    [Theory]
    [InlineData("https://eec.example.net")]
    [InlineData("https://eec.example.net:8443/")]
    [InlineData("https://93.184.216.34/")]
    [InlineData("https://[2606:2800:220:1::1]/")]
    public void Public_hosts_are_taken(string text) => Assert.True(ServiceAddress.TryParse(text, allowLocal: false, out _, out _));

    [Theory]
    [InlineData("http://eec.example.net")]
    [InlineData("ftp://eec.example.net")]
    [InlineData("eec.example.net")]
    [InlineData("")]
    [InlineData("https://user@eec.example.net")]
    [InlineData("https://eec.example.net/path")]
    [InlineData("https://eec.example.net/?query")]
    [InlineData("https://eec.example.net/#fragment")]
    [InlineData("https://localhost")]
    [InlineData("https://core")]
    [InlineData("https://a.localhost.")]
    [InlineData("https://metadata.google.internal")]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://127.1")]
    [InlineData("https://2130706433")]
    [InlineData("https://0x7f.1")]
    [InlineData("https://10.1.2.3")]
    [InlineData("https://169.254.169.254")]
    [InlineData("https://168.63.129.16")]
    [InlineData("https://[::1]")]
    [InlineData("https://[::ffff:10.0.0.1]")]
    [InlineData("https://[fd00::1]")]
    [InlineData("https://[fe80::1]")]
    [InlineData("https://[2002:7f00:1::]")]
    [InlineData("https://[64:ff9b::7f00:1]")]
    public void Everything_else_is_refused(string text)
    {
        Assert.False(ServiceAddress.TryParse(text, allowLocal: false, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("http://localhost:9090/", true)]
    [InlineData("https://10.0.0.1/", true)]
    [InlineData("http://localhost:9090/path", false)]
    [InlineData("file:///etc/passwd", false)]
    public void For_one_machine_local_hosts_are_taken_as_well(string text, bool taken) => Assert.Equal(taken, ServiceAddress.TryParse(text, allowLocal: true, out _, out _));

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.0.1", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("2a00:1450::1", true)]
    [InlineData("::", false)]
    public void Addresses_that_names_resolve_to_are_looked_at(string text, bool isPublic) => Assert.Equal(isPublic, ServiceAddress.IsPublic(IPAddress.Parse(text)));
}
