using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using EncryptionService.Formats;

namespace EncryptionService.Cli.Template;

/// <summary>A parameter that the core may give a default: nothing but plain text of one form (docs/spec/configuration.md, section 4).</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Label">What it is, to a person.</param>
/// <param name="Show">What a person compares; null: the text is not of its form.</param>
internal sealed partial record FilledParameter(string Name, string Label, Func<string, string?> Show)
{
    private const string TokenName = "enrolmentToken";
    private const int TokenBytes = 32;

    /// <summary>All of them, in the order of the template.</summary>
    public static IReadOnlyList<FilledParameter> All { get; } =
    [
        new("organizationId", "organization", Id),
        new("coreUrl", "core address", Address),
        new("coreId", "core id", Id),
        new("coreCallKey", "call key", Thumbprint),
        new("containerImage", "image", text => ByDigest().IsMatch(text) ? text : null),
        new(TokenName, "enrolment token", text => Base64UrlText.TryDecode(text, new byte[TokenBytes]) ? "there, not shown" : null),
    ];

    /// <summary>Where its default stands.</summary>
    public string Pointer => $"/parameters/{Name}/defaultValue";

    /// <summary>True if its value MUST NOT be shown.</summary>
    public bool IsSecret => Name == TokenName;

    /// <summary>True if a default that only the file has is of the form that the core fills in.</summary>
    public static bool TryFind(TemplateDifference difference, [NotNullWhen(true)] out FilledParameter? parameter, [NotNullWhen(true)] out string? shown)
    {
        parameter = All.SingleOrDefault(candidate => candidate.Pointer == difference.Pointer);
        shown = parameter is not null && difference is { Published: null, File: { ValueKind: JsonValueKind.String } value } ? parameter.Show(value.GetString()!) : null;
        return parameter is not null && shown is not null;
    }

    private static string? Id(string text) => IdText.IsValid(text) ? text : null;

    /// <summary>One address has one text, and no letter in it looks like another.</summary>
    private static string? Address(string text) =>
        text.All(char.IsAscii) && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { PathAndQuery: "/", Fragment: "", UserInfo: "" } && address.Scheme == Uri.UriSchemeHttps && address.AbsoluteUri == text
            ? text
            : null;

    private static string? Thumbprint(string text) => SigningJwk.TryParse(text, out var key, out _) && key.ToJson() == text ? key.Thumbprint.ToString() : null;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}@sha256:[0-9a-f]{64}\z")]
    private static partial Regex ByDigest();
}
