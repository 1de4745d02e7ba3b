using System.Diagnostics.CodeAnalysis;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>An invitation: <c>https://core.example/join#token</c> (member.md, section 2). The token is a secret.</summary>
public sealed class InvitationLink
{
    private const int TokenLength = 43;
    private const string Path = "/join";

    private InvitationLink(Uri core, string token)
    {
        Core = core;
        Token = token;
    }

    /// <summary>Address of the core.</summary>
    public Uri Core { get; }

    /// <summary>The token, which goes into the body of a request and nowhere else.</summary>
    internal string Token { get; }

    /// <summary>Reads a link.</summary>
    /// <param name="text">The link as it stands in the invitation.</param>
    /// <param name="link">The link.</param>
    /// <param name="error">What is wrong, in one line that does not repeat the link; empty on success.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out InvitationLink? link, out string error)
    {
        link = null;
        error = "is no invitation: it looks like https://core.example/join#token";
        if (!Uri.TryCreate(text?.Trim(), UriKind.Absolute, out var uri) || uri.AbsolutePath != Path || uri.Query.Length > 0)
        {
            return false;
        }

        var token = uri.Fragment.Length > 0 ? uri.Fragment[1..] : "";
        if (token.Length != TokenLength || !Base64UrlText.TryDecode(token, out _))
        {
            error = "is an invitation without its whole token: copy everything behind the #, too (in quotes)";
            return false;
        }

        if (uri.UserInfo.Length > 0 || !CoreAddress.TryParse(uri.GetLeftPart(UriPartial.Authority), out var core, out error))
        {
            return false;
        }

        link = new InvitationLink(core, token);
        error = "";
        return true;
    }

    /// <summary>The type's name and nothing else.</summary>
    public override string ToString() => nameof(InvitationLink);
}
