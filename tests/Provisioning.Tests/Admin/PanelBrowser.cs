using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>A browser without a script: keeps cookies (also those for TLS, which a test has not), follows redirects, sends forms.</summary>
internal sealed partial class PanelBrowser(Uri address) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };

    /// <summary>Cookies that this browser keeps.</summary>
    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>The cookies that were set, whole, in their order.</summary>
    public List<string> SetCookies { get; } = [];

    /// <summary>The session's token.</summary>
    public string? Session => Cookies.GetValueOrDefault("__Host-session");

    /// <summary>Opens a page.</summary>
    public Task<PanelReply> GetAsync(string path, bool follow = true) => SendAsync(HttpMethod.Get, path, null, follow);

    /// <summary>Opens a page, fills in its form, and sends it to an address: with the page's own token.</summary>
    /// <param name="path">The page, and where the form goes.</param>
    /// <param name="fields">What is filled in.</param>
    /// <param name="to">Where the form goes, if elsewhere.</param>
    /// <param name="follow">False: the answer itself, not where it leads.</param>
    public async Task<PanelReply> PostAsync(string path, (string Name, string Value)[]? fields = null, string? to = null, bool follow = true)
    {
        var page = await GetAsync(path);
        return await SendAsync(HttpMethod.Post, to ?? path, [.. page.Hidden, .. fields ?? []], follow);
    }

    /// <summary>Sends a form as it is.</summary>
    public async Task<PanelReply> SendAsync(
        HttpMethod method, string path, (string Name, string Value)[]? fields = null, bool follow = true, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (Cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        if (fields is not null)
        {
            request.Content = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value)));
        }

        using var response = await http.SendAsync(request, PanelWorld.Stop);
        Keep(response);
        if (follow && response.StatusCode == HttpStatusCode.SeeOther)
        {
            return await GetAsync(response.Headers.Location!.OriginalString);
        }

        return new PanelReply(
            (int)response.StatusCode, path, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync(PanelWorld.Stop));
    }

    /// <summary>Fills in the sign-in page.</summary>
    public Task<PanelReply> SignInAsync(string email, string password, string code, string path = "/admin/sign-in") =>
        PostAsync(path, [("email", email), ("password", password), ("code", code)], "/admin/sign-in");

    public void Dispose() => http.Dispose();

    private void Keep(HttpResponseMessage response)
    {
        foreach (var set in response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            SetCookies.Add(set);
            var found = Cookie().Match(set);
            if (set.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
            {
                Cookies.Remove(found.Groups[1].Value);
            }
            else
            {
                Cookies[found.Groups[1].Value] = found.Groups[2].Value;
            }
        }
    }

    [GeneratedRegex("^([^=]+)=([^;]*)")]
    private static partial Regex Cookie();
}

/// <summary>An answer to a browser.</summary>
internal sealed partial record PanelReply(int Status, string Path, HttpResponseHeaders Headers, HttpContentHeaders Content, string Text)
{
    /// <summary>Hidden fields of the page's last form.</summary>
    public (string Name, string Value)[] Hidden => [.. HiddenField().Matches(LastForm).Select(found => (found.Groups[1].Value, WebUtility.HtmlDecode(found.Groups[2].Value)))];

    /// <summary>The page as somebody reads it: without tags, one blank between words.</summary>
    public string Words => Blanks().Replace(WebUtility.HtmlDecode(Tag().Replace(Text, " ")), " ").Trim();

    /// <summary>Where a redirect leads.</summary>
    public string? Location => Headers.Location?.OriginalString;

    /// <summary>The value of a field by its id.</summary>
    public string ValueOf(string id) => WebUtility.HtmlDecode(Regex.Match(Text, $"<input id=\"{id}\" value=\"([^\"]*)\"").Groups[1].Value);

    private string LastForm => Text[Math.Max(0, Text.LastIndexOf("<form", StringComparison.Ordinal))..];

    [GeneratedRegex("<input(?: name=\"(?<1>[^\"]+)\"| type=\"hidden\"| value=\"(?<2>[^\"]*)\")+ ?/?>")]
    private static partial Regex HiddenField();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
