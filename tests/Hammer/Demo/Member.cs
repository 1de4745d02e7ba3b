using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EncryptionService.Formats;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Hosts;
using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer.Demo;

/// <summary>A person with the <c>eec</c> program, a passphrase and a file of its own.</summary>
internal sealed partial class Member
{
    private readonly FileInfo program;
    private readonly DirectoryInfo folder;
    private readonly Dictionary<string, string> settings;

    public Member(IdpUser user, string name, FileInfo program, DirectoryInfo people)
    {
        User = user;
        Name = name;
        this.program = program;
        folder = people.CreateSubdirectory(user.Handle);
        var passphrase = Path.Combine(folder.FullName, "passphrase");
        File.WriteAllText(passphrase, RandomNumberGenerator.GetHexString(32));
        File.SetUnixFileMode(passphrase, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        settings = new Dictionary<string, string> { ["EEC_PASSPHRASE_FILE"] = passphrase };
    }

    public IdpUser User { get; }

    public string Name { get; }

    /// <summary>The file with the keys.</summary>
    public string KeyFile => Path.Combine(folder.FullName, "member.json");

    /// <summary>The passphrase, for whoever unlocks the file.</summary>
    public string PassphraseFile => settings["EEC_PASSPHRASE_FILE"];

    /// <summary>The link of the newest invitation to this person; null if none has come.</summary>
    public string? FindLink(DirectoryInfo mail) => mail.EnumerateFiles("*.eml").OrderByDescending(file => file.LastWriteTimeUtc)
        .Select(file => File.ReadAllText(file.FullName))
        .Where(text => To.Match(text) is { Success: true } to && to.Groups["address"].Value is var address && (address == User.Email || address == User.UserName))
        .Select(text => Link.Match(text).Groups["link"].Value)
        .FirstOrDefault(link => link.Length > 0);

    public Task<VerbResult> AcceptAsync(string link, CancellationToken cancellationToken) => RunAsync(["member", "accept", link], cancellationToken);

    public Task<VerbResult> TrustAsync(string code, CancellationToken cancellationToken) => RunAsync(["member", "trust", code], cancellationToken);

    /// <summary>The names of the groups that this person is told.</summary>
    public async Task<IReadOnlyList<string>> GroupsAsync(CancellationToken cancellationToken)
    {
        var result = await RunAsync(["member", "groups", "--json"], cancellationToken);
        return result.Code == 0
            ? [.. JsonNode.Parse(result.Output)!["groups"]!.AsArray().Select(group => (string)group!["displayName"]!)]
            : throw new HammerException($"'eec member groups' of {Name} exited with {result.Code}: {result.Error.Trim()}");
    }

    /// <summary>Opens a group. The key is compared by its hash and never shown.</summary>
    public async Task<Opened> OpenAsync(IdpGroup group, CancellationToken cancellationToken, int? epoch = null)
    {
        string[] older = epoch is { } number ? ["--epoch", number.ToString(System.Globalization.CultureInfo.InvariantCulture)] : [];
        var result = await RunAsync(["member", "open", group.RequiredId, "--show-key", "--json", .. older], cancellationToken);
        var card = result.Output.TrimStart().StartsWith('{') ? JsonNode.Parse(result.Output) : null;
        var key = (string?)card?["key"];
        return new Opened(
            result.Code, (long?)card?["epoch"] ?? 0, key is null ? null : Digest32.Of(Encoding.ASCII.GetBytes(key)), FirstLine(result.Error));
    }

    private static string FirstLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "";

    [GeneratedRegex(@"^To:.*?(?<address>[^\s<>""]+@[^\s<>""]+)", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex To { get; }

    [GeneratedRegex(@"^(?<link>https?://\S+/join#[A-Za-z0-9_-]{43})\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Link { get; }

    private Task<VerbResult> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        Verb.TryAsync(program, folder, settings, [.. arguments, "--file", KeyFile], cancellationToken);
}

/// <summary>What <c>eec member open</c> came to.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Epoch">Epoch of the key.</param>
/// <param name="Key">Hash of the vault key, to compare; null where it did not open.</param>
/// <param name="Said">What it said to the person where it did not open.</param>
internal sealed record Opened(int Code, long Epoch, Digest32? Key, string Said);
