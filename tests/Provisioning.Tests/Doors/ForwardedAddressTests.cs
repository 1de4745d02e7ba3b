using System.Text;
using EncryptionService.Provisioning.Tests.Setting;

namespace EncryptionService.Provisioning.Tests.Doors;

/// <summary>Whose wrong tokens are counted where an ingress stands before the core.</summary>
public sealed class ForwardedAddressTests
{
    [Fact]
    public async Task Behind_an_ingress_each_caller_has_a_count_of_its_own_and_what_it_says_itself_does_not_help()
    {
        await using var core = await ListeningCore.CreateAsync(settings: ["--Provisioning:WrongTokensPerMinute=1", "--Provisioning:ForwardedFor=true"]);

        Assert.Equal(404, await GuessAsync(core, "203.0.113.1"));
        Assert.Equal(429, await GuessAsync(core, "203.0.113.1"));
        Assert.Equal(429, await GuessAsync(core, "198.51.100.7, 203.0.113.1"));
        Assert.Equal(404, await GuessAsync(core, "203.0.113.2"));
        Assert.Equal(404, await GuessAsync(core, "2001:db8::1"));
        Assert.Equal(429, await GuessAsync(core, "2001:db8::2"));
    }

    [Fact]
    public async Task Without_the_setting_the_header_is_a_callers_word()
    {
        await using var core = await ListeningCore.CreateAsync(settings: ["--Provisioning:WrongTokensPerMinute=1"]);

        Assert.Equal(404, await GuessAsync(core, "203.0.113.1"));
        Assert.Equal(429, await GuessAsync(core, "203.0.113.2"));
    }

    private static async Task<int> GuessAsync(ListeningCore core, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/member/v1/invitations");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        request.Content = new StringContent("{\"token\":\"guess\"}", Encoding.UTF8, "application/json");
        using var response = await core.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
