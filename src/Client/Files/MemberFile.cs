using System.Text.Json;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>The member's file (member.md, section 8): whose keys, where the core is, what is trusted, what is remembered. Private keys stand in it sealed only.</summary>
public sealed record MemberFile
{
    private const int Version = 1;
    private const int MaxText = 512;

    /// <summary>Address of the core.</summary>
    public required Uri Core { get; init; }

    /// <summary>The organization.</summary>
    public required OrganizationId Organization { get; init; }

    /// <summary>The member.</summary>
    public required MemberId Member { get; init; }

    /// <summary>Id of the core, which call tokens name.</summary>
    public required string CoreId { get; init; }

    /// <summary>Thumbprint of the organization key that the member trusts; null: none yet.</summary>
    public Thumbprint? Trusted { get; init; }

    /// <summary>The private keys, sealed.</summary>
    public required KeyBox Keys { get; init; }

    /// <summary>Private keys that are on their way to the core, sealed; null: none.</summary>
    public KeyBox? NewKeys { get; init; }

    /// <summary>What is remembered of each group.</summary>
    public IReadOnlyDictionary<GroupId, KnownGroup> Groups { get; init; } = new Dictionary<GroupId, KnownGroup>();

    /// <summary>The file's content, UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new MemberFileJson(
            Version, Core.GetLeftPart(UriPartial.Authority), Organization.Value, Member.Value, CoreId, Keys.ToJson(),
            Groups.OrderBy(group => group.Key).ToDictionary(group => group.Key.Value, group => ToJson(group.Value)), Trusted?.ToString(), NewKeys?.ToJson()),
        FileJson.Default.MemberFileJson);

    /// <summary>Reads a file's content.</summary>
    /// <exception cref="InvalidDataException">It is no member's file, or of another version; the message says what is wrong and holds no secret.</exception>
    public static MemberFile Parse(ReadOnlySpan<byte> utf8)
    {
        MemberFileJson? json;
        try
        {
            json = JsonSerializer.Deserialize(utf8, FileJson.Default.MemberFileJson);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"it is no member's file (line {exception.LineNumber + 1})", exception);
        }

        if (json is not { Version: Version })
        {
            throw new InvalidDataException("it is no member's file of version 1");
        }

        return OrganizationId.TryParse(json.Organization, out var organization) && MemberId.TryParse(json.Member, out var member)
            && CoreAddress.TryParse(json.Core, out var core, out _) && json.CoreId.Length is > 0 and <= MaxText
            ? new MemberFile
            {
                Core = core,
                Organization = organization,
                Member = member,
                CoreId = json.CoreId,
                Trusted = ReadTrusted(json.Trusted),
                Keys = json.Keys.ToBox(),
                NewKeys = json.NewKeys is null ? null : json.NewKeys.ToBox(),
                Groups = json.Groups.ToDictionary(group => ReadGroup(group.Key), group => ReadKnown(group.Value)),
            }
            : throw new InvalidDataException("its core, organization or member is missing or malformed");
    }

    /// <summary>This file with a group's memory, unless a newer one is there already.</summary>
    internal MemberFile With(GroupId group, KnownGroup known)
        => Groups.TryGetValue(group, out var present) && present.Memory.Revision > known.Memory.Revision
            ? this
            : this with { Groups = new Dictionary<GroupId, KnownGroup>(Groups) { [group] = known } };

    private static KnownGroupJson ToJson(KnownGroup known) => new(
        known.Memory.Revision, known.Memory.Hash.ToString(), known.Memory.Epoch, known.Memory.Generation, known.Memory.StrongestSuite.Name, known.Statements);

    private static Thumbprint? ReadTrusted(string? text) => text is null ? null
        : Thumbprint.TryParse(text, out var trusted) ? trusted
        : throw new InvalidDataException("'trusted' is no thumbprint");

    private static GroupId ReadGroup(string text)
        => GroupId.TryParse(text, out var group) ? group : throw new InvalidDataException("it names a group with a malformed id");

    private static KnownGroup ReadKnown(KnownGroupJson? json)
    {
        if (json is not { Statements.Count: > 0 } || !Digest32.TryParse(json.Hash, out var hash) || !Suite.TryGet(json.Suite, out var suite))
        {
            throw new InvalidDataException("what it remembers of a group is malformed");
        }

        var known = new KnownGroup(new GroupMemory(json.Revision, hash, json.Epoch, json.Generation, suite), json.Statements);
        return known.Read().Last().Hash == hash ? known : throw new InvalidDataException("what it remembers of a group does not fit together");
    }
}
