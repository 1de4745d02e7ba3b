using System.Text.Json;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>Runs tests/Vectors/envelopes: valid objects, and one for each way of being wrong.</summary>
public sealed class OwnVectorTests
{
    private const string Primitives = "primitives";

    private sealed record Entry(MemberId Member, KeyIds Keys) : IRosterEntry;

    public static TheoryData<string> Names()
        => [.. Directory.EnumerateFiles(VectorFile.Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Where(name => name != Primitives).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_vectors_for_every_outcome_and_every_reason_that_a_sender_can_cause()
    {
        var reasons = Directory.EnumerateFiles(VectorFile.Folder, "*.json").Where(file => !file.EndsWith($"{Primitives}.json", StringComparison.Ordinal))
            .Select(file => VectorFile.Text(Read(Path.GetFileNameWithoutExtension(file)).GetProperty("expect"), "reason")).ToHashSet();
        Assert.Equal(Enum.GetValues<OpenReason>().Select(VectorFile.Name).Order(), reasons.Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_has_the_outcome_that_it_says(string name)
    {
        var json = Read(name);
        var expect = json.GetProperty("expect");
        var request = VectorFile.ToRequest(json);
        using var keys = request.Keys;
        using var result = Opener.Open(request);
        Assert.Equal(
            (VectorFile.Text(expect, "outcome"), VectorFile.Text(expect, "reason")), (VectorFile.Name(result.Outcome), VectorFile.Name(result.Reason)));
        Assert.Equal(expect.GetProperty("key").GetString(), result.Key is null ? null : Base64UrlText.Encode(result.Key.Reveal()));
        Assert.Equal(result.Outcome == OpenOutcome.Opened, result.Key is not null);
    }

    [Fact]
    public void Commitment_link_roster_and_thumbprints_are_those_of_the_file()
    {
        var json = Read(Primitives);
        var organization = Ids.Organization(VectorFile.Text(json, "organization"));
        var group = Ids.Group(VectorFile.Text(json, "group"));
        using var key = VaultKey.Import(VectorFile.Bytes(json, "key"));
        using var older = VaultKey.Import(VectorFile.Bytes(json, "olderKey"));
        var epoch = json.GetProperty("epoch").GetUInt64();
        var olderEpoch = json.GetProperty("olderEpoch").GetUInt64();
        Assert.Equal(VectorFile.Text(json, "commit"), Commitment.Compute(key, organization, group, epoch).ToString());
        Assert.Equal(VectorFile.Bytes(json, "link"), KeyLinks.Seal(key, older, organization, group, epoch, olderEpoch).SealedKey.ToArray());

        var roster = json.GetProperty("roster");
        var entries = roster.GetProperty("members").EnumerateArray().Select(member =>
        {
            Assert.True(MemberKeys.TryParse(member.GetProperty("hpke").GetRawText(), member.GetProperty("signing").GetRawText(), out var keys, out _));
            Assert.Equal(VectorFile.Text(member, "hpkeThumbprint"), keys.Hpke.Thumbprint.ToString());
            Assert.Equal(VectorFile.Text(member, "signingThumbprint"), keys.Signing.Thumbprint.ToString());
            return (Entry: new Entry(Ids.Member(VectorFile.Text(member, "mem")), keys.Ids), Proof: member.GetProperty("proof").GetRawText());
        }).ToArray();
        Assert.NotEmpty(entries);
        var tree = RosterTree.Of(entries.Select(entry => entry.Entry));
        Assert.Equal(VectorFile.Text(roster, "root"), tree.Root.ToString());
        foreach (var (entry, text) in entries)
        {
            Assert.True(RosterProof.TryParse(text, out var proof));
            Assert.True(proof.Verifies(tree.Root, entry.Member, entry.Keys));
        }
    }

    private static JsonElement Read(string name) => JsonElement.Parse(File.ReadAllBytes(Path.Combine(VectorFile.Folder, $"{name}.json")));
}
