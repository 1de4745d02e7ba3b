using System.Net;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Provisioning.Settings;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Tests.Organizations;

public sealed class WrongTokenLimiterTests
{
    private readonly ManualTime time = new();
    private readonly WrongTokenLimiter limiter;

    public WrongTokenLimiterTests() => limiter = new WrongTokenLimiter(Options.Create(new ProvisioningOptions()), time);

    [Fact]
    public void From_the_hundred_and_first_in_a_minute_on_wrong_tokens_are_too_many()
    {
        var address = IPAddress.Parse("192.0.2.1");

        var first = Enumerable.Range(0, 100).Select(_ => limiter.Wrong(address)).ToList();
        time.Pass(TimeSpan.FromSeconds(20));
        var next = limiter.Wrong(address);
        var other = limiter.Wrong(IPAddress.Parse("192.0.2.2"));
        time.Pass(TimeSpan.FromSeconds(40));

        Assert.All(first, Assert.Null);
        Assert.Equal(TimeSpan.FromSeconds(40), next);
        Assert.Null(other);
        Assert.Null(limiter.Wrong(address));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    public void One_network_is_one_caller(string one, string other, bool same)
    {
        for (var count = 0; count < 100; count++)
        {
            limiter.Wrong(IPAddress.Parse(one));
        }

        Assert.Equal(same, limiter.Wrong(IPAddress.Parse(other)) is not null);
    }

    [Fact]
    public void Many_addresses_do_not_fill_the_memory()
    {
        for (var count = 0; count < 50_000; count++)
        {
            limiter.Wrong(new IPAddress(BitConverter.GetBytes(count + 1)));
        }

        var later = Enumerable.Range(0, 101).Select(count => limiter.Wrong(new IPAddress(BitConverter.GetBytes(count + 1_000_000)))).ToList();

        Assert.All(later[..99], Assert.Null);
        Assert.NotNull(later[^1]);
    }
}
