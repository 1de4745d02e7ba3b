using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>What a member's client does with all that the core holds.</summary>
internal static class Opening
{
    /// <summary>Opens the newest envelope of the head's epoch; the caller disposes the result. Fails the test where there is none.</summary>
    public static OpenResult Open(FakeCore core, string group, Person person, IEnumerable<Person> roster)
    {
        var (statements, envelope, id, organization) = core.Book.Read(group, held => (
            held.Statements.Values.Select(statement => statement.Jws.Compact).ToList(),
            held.Envelopes.Where(envelope => envelope.Member == person.Member.Value && envelope.Epoch == held.Head.Epoch).MaxBy(envelope => envelope.Generation),
            held.Head.Group,
            held.Head.Organization));
        var certificate = core.Book.Certificate;
        return Opener.Open(new OpenRequest
        {
            Organization = organization,
            Group = id,
            Member = person.Member,
            Keys = person.Secret,
            PinnedOrganization = certificate.OrganizationKey.Thumbprint,
            Memory = null,
            Envelope = envelope?.Jwe ?? "",
            Statements = statements,
            Proof = RosterTree.Of(roster).Prove(person.Member)?.ToJson() ?? "[]",
            Certificates = [certificate.Jws.Compact],
        });
    }

    public static bool Opens(FakeCore core, string group, Person person, IEnumerable<Person> roster)
    {
        using var result = Open(core, group, person, roster);
        return result.Outcome == OpenOutcome.Opened;
    }
}
