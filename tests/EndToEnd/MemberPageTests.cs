using System.Net;
using EncryptionService.Compliance;
using EncryptionService.EndToEnd.Setting;

namespace EncryptionService.EndToEnd;

/// <summary>The member's page from the customer's own service (docs/spec/page.md, section 7).</summary>
public sealed class MemberPageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_members_page_is_served_where_it_is_wanted_and_no_call_gets_by_with_it()
    {
        await using var core = await FakeCore.StartAsync(Token);
        using var http = Http2();
        byte[] saved;
        await using (var service = await RunningService.StartAsync(core, settings => settings["Service:MemberPage"] = "true"))
        {
            using var answer = await http.GetAsync(new Uri(service.Address, "/member"), Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
            Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            saved = await answer.Content.ReadAsByteArrayAsync(Token);

            // Nothing else is let by: other spellings, other methods, calls below it.
            foreach (var path in new[] { "/member/", "/MEMBER", "//member", "/member/v1/groups", "/member;x", "/eec.membership.v1.GroupEncryption/GetIdentity" })
            {
                Assert.NotEqual(saved, await BytesAsync(http, HttpMethod.Get, new Uri(service.Address.GetLeftPart(UriPartial.Authority) + path)));
            }

            Assert.NotEqual(saved, await BytesAsync(http, HttpMethod.Post, new Uri(service.Address, "/member")));
        }

        Assert.Equal(await File.ReadAllBytesAsync(RepositoryRoot.Combine("artifacts", "page", "page.html"), Token), saved);
        await using var other = await RunningService.StartAsync(core);
        Assert.NotEqual(saved, await BytesAsync(http, HttpMethod.Get, new Uri(other.Address, "/member")));
    }

    private static HttpClient Http2() => new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private static async Task<byte[]> BytesAsync(HttpClient http, HttpMethod method, Uri address)
    {
        using var request = new HttpRequestMessage(method, address) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await http.SendAsync(request, Token);
        return await answer.Content.ReadAsByteArrayAsync(Token);
    }
}
