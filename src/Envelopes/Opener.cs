using EncryptionService.Formats;
using EncryptionService.Hpke;

namespace EncryptionService.Envelopes;

/// <summary>Opens an envelope: the only way to a vault key for a member (envelope.md, section 11; the numbers are its steps).</summary>
public static class Opener
{
    /// <summary>Opens, or says which of the other outcomes it is.</summary>
    public static OpenResult Open(OpenRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!Envelope.TryParse(request.Envelope, out var envelope, out _)) // 1
        {
            return OpenResult.Failed(OpenOutcome.Forged, OpenReason.EnvelopeMalformed);
        }

        var own = request.Keys.Public;
        if (envelope.Header.Member != request.Member || envelope.Header.Kid != own.Hpke.Thumbprint)
        {
            var other = envelope.Header.Member != request.Member ? OpenReason.OtherMember : OpenReason.OtherKey;
            return OpenResult.Failed(OpenOutcome.NotForMe, other);
        }

        var walk = StatementWalk.TryWalk(request, out var outcome, out var reason); // 2, 3
        if (walk is null)
        {
            return OpenResult.Failed(outcome, reason);
        }

        reason = Fits(envelope.Header, walk.Head, request); // 4
        if (reason != OpenReason.None)
        {
            return OpenResult.Failed(OpenOutcome.Forged, reason);
        }

        if (!RosterProof.TryParse(request.Proof, out var proof) || !proof.Verifies(walk.Head.Roster, request.Member, own.Ids)) // 5
        {
            return OpenResult.Failed(OpenOutcome.Forged, OpenReason.NotInRoster);
        }

        return Decrypt(envelope, walk, request);
    }

    private static OpenReason Fits(EnvelopeHeader header, Statement head, OpenRequest request)
    {
        if (head.End)
        {
            return OpenReason.GroupEnded;
        }

        if (header.Organization != head.Organization || header.Group != head.Group || header.Epoch != head.Epoch)
        {
            return OpenReason.EnvelopeMoved;
        }

        var weaker = request.Memory is { } memory && header.Suite.Strength < memory.StrongestSuite.Strength;
        return weaker || header.Suite != request.Keys.Public.Hpke.Suite || !head.Suites.Contains(header.Suite)
            ? OpenReason.SuiteDowngraded
            : OpenReason.None;
    }

    private static OpenResult Decrypt(Envelope envelope, StatementWalk walk, OpenRequest request)
    {
        var head = walk.Head;
        var key = VaultKey.TryFill((envelope, request.Keys.Hpke), static (state, bytes) => HpkeOpener.TryOpen( // 6
            state.Hpke, state.envelope.Encapsulation.Span, state.envelope.ProtectedHeader.Span, state.envelope.Ciphertext.Span, bytes));
        if (key is null)
        {
            return OpenResult.Failed(OpenOutcome.Forged, OpenReason.DoesNotOpen);
        }

        if (head.Commitment is not { } commitment || !Commitment.Verify(key, head.Organization, head.Group, head.Epoch, commitment)) // 7
        {
            key.Dispose();
            return OpenResult.Failed(OpenOutcome.Forged, OpenReason.CommitmentMismatch);
        }

        var suite = envelope.Header.Suite;
        var strongest = request.Memory is { } memory && memory.StrongestSuite.Strength > suite.Strength ? memory.StrongestSuite : suite;
        return OpenResult.Success(
            key, new GroupMemory(head.Revision, head.Hash, head.Epoch, walk.Generation, strongest), walk.Statements);
    }
}
