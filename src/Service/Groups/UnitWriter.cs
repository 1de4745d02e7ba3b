using System.Security.Cryptography;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Trust;
using Google.Protobuf;

namespace EncryptionService.Service.Groups;

/// <summary>Makes the one record of a unit: mints where a new epoch is due, links, commits, signs. Synchronous: no secret crosses an await.</summary>
internal sealed class UnitWriter(KeyRing ring, SuiteList suites, TimeProvider time)
{
    /// <summary>True if the adoption is meant for this service and group, is signed with the owner's pinned key, in time, and opens.</summary>
    public bool Holds(GroupId group, Adoption adoption, Trust.Pin? owner)
    {
        var keys = ring.Keys;
        if (owner is null
            || adoption.Organization != keys.Organization
            || adoption.Group != group
            || adoption.Identity != keys.IdentityThumbprint
            || adoption.Jws.Kid != owner.Keys.Signing.Thumbprint
            || !adoption.IsTimely(time.GetUtcNow(), out _)
            || !adoption.VerifiedBy(owner.Keys.Signing))
        {
            return false;
        }

        using var adopted = OpenAdopted(keys, group, adoption);
        return adopted is not null;
    }

    /// <summary>The record of a unit.</summary>
    /// <param name="state">The group before.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="membersLength">Frames of the members stream that the decision relied on.</param>
    public GroupRecord Write(GroupState state, UnitDecision decision, ulong membersLength)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var record = new GroupRecord { At = now, Revision = state.Revision + 1, MembersLength = membersLength, Ended = decision.Ended };
        record.Events.AddRange(decision.Events);
        record.Changes.AddRange(decision.Changes);
        if (decision.Mint)
        {
            record.Minted = Mint(state, state.Epoch + 1, decision.Adoption);
        }

        record.Statement = Sign(state, record, decision.Roster.Root, state.Revision > 0 ? state.StatementHash : null, [.. decision.Why]);
        return record;
    }

    /// <summary>The record that ends a freeze: an epoch above the ledger's and that of the statement that is ahead, continuing the latter (docs/spec/membership.md, section 6).</summary>
    public GroupRecord Recover(GroupState state, Statement ahead, string document, ulong membersLength)
    {
        var record = new GroupRecord
        {
            At = time.GetUtcNow().ToUnixTimeSeconds(),
            Revision = ahead.Revision + 1,
            MembersLength = membersLength,
            Recovery = document,
            Minted = Mint(state, Math.Max(ahead.Epoch, state.Epoch) + 1, adoption: null),
        };

        // Where the lost frames changed the roster, the ledger's is out of date: whoever was removed in them must not come back with the
        // new epoch. Nobody keeps access then, until the core adds the members again.
        var roster = state.Roster;
        if (roster.Root != ahead.Roster)
        {
            record.Changes.AddRange(roster.Select(member => new RosterChange { MemberId = member.Member.Value }));
            roster = RosterTree.Empty<RosterMember>();
        }

        record.Statement = Sign(state, record, roster.Root, ahead.Hash, ["recovered"]);
        return record;
    }

    private static VaultKey? OpenAdopted(ServiceKeys keys, GroupId group, Adoption adoption)
        => AdoptedKey.TryOpen(adoption.SealedKey, keys.Adoption, keys.Organization, group, adoption.Member);

    private Minted Mint(GroupState state, ulong epoch, Adoption? adoption)
    {
        var keys = ring.Keys;
        var organization = keys.Organization;
        using var vaultKey = VaultKey.Generate();
        var minted = new Minted
        {
            Epoch = epoch,
            SealedKey = ByteString.CopyFrom(keys.Root.SealVaultKey(vaultKey.Reveal(), organization.Value, state.Id.Value, epoch)),
            Commitment = ByteString.CopyFrom(Commitment.Compute(vaultKey, organization, state.Id, epoch).ToArray()),
        };
        if (adoption is not null)
        {
            using var adopted = OpenAdopted(keys, state.Id, adoption) ?? throw new CryptographicException("The adopted key does not open.");
            minted.AdoptedCommitment = ByteString.CopyFrom(Commitment.Compute(adopted, organization, state.Id, 0).ToArray());
            minted.Link = ByteString.CopyFrom(KeyLinks.Seal(vaultKey, adopted, organization, state.Id, epoch, 0).SealedKey.Span);
        }
        else if (state.Key is { } older)
        {
            using var olderKey = keys.OpenVaultKey(state.Id, older);
            minted.LinkEpoch = older.Epoch;
            minted.Link = ByteString.CopyFrom(KeyLinks.Seal(vaultKey, olderKey, organization, state.Id, epoch, older.Epoch).SealedKey.Span);
        }

        return minted;
    }

    private string Sign(GroupState state, GroupRecord record, Digest32 roster, Digest32? previous, IReadOnlyList<string> why)
    {
        var keys = ring.Keys;
        var key = record.Minted ?? state.Key;
        var claims = new Statement
        {
            Issuer = keys.IdentityThumbprint,
            Organization = keys.Organization,
            Group = state.Id,
            Epoch = key?.Epoch ?? 0,
            Revision = record.Revision,
            Previous = previous,
            Commitment = key is null ? null : Digest32.FromBytes(key.Commitment.Span),
            Roster = roster,
            Suites = suites.Suites,
            IssuedAt = record.At,
            Why = why,
            Link = key is { Link.Length: > 0 } ? new KeyLink(key.LinkEpoch, key.Link.ToByteArray()) : null,
            Adopted = key is { AdoptedCommitment.Length: > 0 } ? Digest32.FromBytes(key.AdoptedCommitment.Span) : null,
            End = record.Ended,
        };
        return keys.SignAsIdentity(claims);
    }
}
