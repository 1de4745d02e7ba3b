using System.Diagnostics.CodeAnalysis;

namespace EncryptionService.Client;

/// <summary>The address of a core: https, or http to this machine itself; no path of its own.</summary>
public static class CoreAddress
{
    /// <summary>Reads an address.</summary>
    /// <param name="text">For example <c>https://core.example</c>.</param>
    /// <param name="core">The address, with <c>/</c> as its path.</param>
    /// <param name="error">What is wrong, in one line; empty on success.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? core, out string error)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out core) || core.Scheme is not ("https" or "http") || core.UserInfo.Length > 0
            || core.PathAndQuery != "/" || core.Fragment.Length > 0)
        {
            core = null;
            error = "is no address of a core: it looks like https://core.example";
            return false;
        }

        if (core.Scheme == "http" && !core.IsLoopback)
        {
            core = null;
            error = "must begin with https: without TLS anybody on the way reads along";
            return false;
        }

        error = "";
        return true;
    }
}
