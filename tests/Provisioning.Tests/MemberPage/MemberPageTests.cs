using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using EncryptionService.Provisioning.Tests.Setting;

namespace EncryptionService.Provisioning.Tests.MemberPage;

/// <summary>docs/spec/page.md, sections 1 and 2.</summary>
public sealed partial class MemberPageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/join")]
    [InlineData("/member")]
    public async Task The_page_runs_its_own_scripts_and_nothing_inline(string path)
    {
        await using var core = await ListeningCore.CreateAsync();

        var answer = await GetAsync(core, path);
        var page = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Contains("eec", page, StringComparison.Ordinal);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch(Inline(), page);
    }

    [Fact]
    public async Task What_the_page_loads_is_there_for_good_and_nothing_else_is()
    {
        await using var core = await ListeningCore.CreateAsync();
        var page = await (await GetAsync(core, "/join")).Content.ReadAsStringAsync(Cancellation);

        var loaded = Loaded().Matches(page).Select(match => match.Groups[1].Value).ToArray();

        Assert.True(loaded.Length >= 2, page);
        foreach (var path in loaded)
        {
            var answer = await GetAsync(core, path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl?.ToString());
            Assert.Equal(path.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "text/javascript", answer.Content.Headers.ContentType?.MediaType);
        }

        foreach (var path in new[] { "/page/index.html", "/page/page.html", "/page/nothing.js", "/page/", "/page/..%2Fpage.html" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(core, path)).StatusCode);
        }
    }

    [Theory]
    [InlineData("/join")]
    [InlineData("/join/page.html")]
    [InlineData("/page/{asset}")]
    public async Task Every_answer_says_how_it_may_be_used(string path)
    {
        await using var core = await ListeningCore.CreateAsync();
        var page = await (await GetAsync(core, "/join")).Content.ReadAsStringAsync(Cancellation);

        var answer = await GetAsync(core, path.Replace("/page/{asset}", Loaded().Match(page).Groups[1].Value, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string[] expected = ["nosniff", "DENY", "no-referrer", "same-origin", "same-origin"];
        string[] names = ["X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"];
        Assert.Equal(expected, names.Select(name => Assert.Single(answer.Headers.GetValues(name))));
        Assert.StartsWith("camera=(self),", Assert.Single(answer.Headers.GetValues("Permissions-Policy")), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_saved_page_is_one_file_whose_policy_names_its_own_script_and_style()
    {
        await using var core = await ListeningCore.CreateAsync();

        var answer = await GetAsync(core, "/join/page.html");
        var page = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.DoesNotMatch(Loaded(), page);
        var policy = Policy().Match(page).Groups[1].Value;
        Assert.Contains($"script-src 'sha256-{HashOf(page, "<script type=\"module\">", "</script>")}';", policy, StringComparison.Ordinal);
        Assert.Contains($"style-src 'sha256-{HashOf(page, "<style>", "</style>")}';", policy, StringComparison.Ordinal);
        Assert.True(page.IndexOf(policy, StringComparison.Ordinal) < page.IndexOf("<style>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_of_it_is_small()
    {
        await using var core = await ListeningCore.CreateAsync();

        Assert.InRange((await (await GetAsync(core, "/join/page.html")).Content.ReadAsByteArrayAsync(Cancellation)).Length, 50_000, 200_000);
    }

    [Fact]
    public async Task Pages_of_any_origin_may_make_the_calls_of_members_and_no_others()
    {
        await using var core = await ListeningCore.CreateAsync();
        string[] opened = ["/member/v1/me", "/member/v1/groups/g1", "/member/v1/acceptances"];
        string[] closed = ["/operator/v1/pending", "/v1/organizations/o/enrolment", "/scim/v2/x/Users"];
        foreach (var path in opened.Concat(closed))
        {
            var allowed = opened.Contains(path);
            using var asked = new HttpRequestMessage(HttpMethod.Options, path);
            asked.Headers.Add("Origin", "null");
            asked.Headers.Add("Access-Control-Request-Method", "GET");
            asked.Headers.Add("Access-Control-Request-Headers", "authorization");
            var answer = await core.Http.SendAsync(asked, Cancellation);
            Assert.Equal((path, allowed), (path, answer.Headers.Contains("Access-Control-Allow-Origin")));
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
            if (allowed)
            {
                Assert.Equal(
                    (HttpStatusCode.NoContent, "*", "GET, POST", "authorization, content-type"),
                    (answer.StatusCode, Value(answer, "Origin"), Value(answer, "Methods"), Value(answer, "Headers")));
            }
        }

        // Refusals, too: a page has to be able to read why.
        Assert.Equal("*", Value(await GetAsync(core, "/member/v1/me"), "Origin"));
        Assert.False((await GetAsync(core, "/operator/v1/pending")).Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static string Value(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues($"Access-Control-Allow-{name}"));

    private static Task<HttpResponseMessage> GetAsync(ListeningCore core, string path) => core.Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);

    private static string HashOf(string page, string begin, string end)
    {
        var from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var content = page[from..page.IndexOf(end, from, StringComparison.Ordinal)];
        return Convert.ToBase64String(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));
    }

    [GeneratedRegex("(?:src|href)=\"(/page/[^\"]+)\"")]
    private static partial Regex Loaded();

    [GeneratedRegex("<script(?![^>]*src=)|<style|\\sstyle=|\\son[a-z]+=|javascript:")]
    private static partial Regex Inline();

    [GeneratedRegex("http-equiv=\"Content-Security-Policy\" content=\"([^\"]+)\"")]
    private static partial Regex Policy();
}
