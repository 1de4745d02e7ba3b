using EncryptionService.Client;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Checks;
using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer.Demo;

/// <summary>Plays the core that lies: opens with a member's own keys whatever the demo puts together.</summary>
internal static class MemberKeys
{
    public static async Task<OpenResult> OpenAsync(
        Member member, IdpGroup group, string envelope, CoreRecords records, string code, TimeProvider time, CancellationToken cancellationToken)
    {
        var store = new MemberFileStore(member.KeyFile, time);
        var file = await store.ReadAsync(cancellationToken) ?? throw new HammerException($"{member.Name} has no file.");
        using var passphrase = Passphrase.TryCreate(await File.ReadAllBytesAsync(member.PassphraseFile, cancellationToken), out var error) ?? throw new HammerException(error);
        using var client = MemberClient.TryUnlock(store, file, passphrase, time) ?? throw new HammerException($"The file of {member.Name} does not open.");
        return Opener.Open(new OpenRequest
        {
            Organization = file.Organization,
            Group = GroupId.TryParse(group.RequiredId, out var id) ? id : throw new HammerException($"{group.Id} is no id."),
            Member = file.Member,
            Keys = client.Keys,
            PinnedOrganization = OrganizationCode.TryParse(code, out var pinned, out _) ? pinned : throw new HammerException("The code is none."),
            Memory = null,
            Envelope = envelope,
            Statements = records.Chains[group.RequiredId],
            Proof = new RosterProof([]).ToJson(),
            Certificates = records.Certificates,
        });
    }
}
