using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>Verifies certificates and the chain of statements: steps 2 and 3 of opening (envelope.md, section 11).</summary>
internal sealed class StatementWalk
{
    private readonly Dictionary<Thumbprint, IdentityCertificate> certificates = [];
    private readonly List<Statement> statements = [];
    private readonly OpenRequest request;

    private StatementWalk(OpenRequest request) => this.request = request;

    /// <summary>The verified statements, head last.</summary>
    public IReadOnlyList<Statement> Statements => statements;

    /// <summary>The newest statement.</summary>
    public Statement Head => statements[^1];

    /// <summary>Generation of the identity that signed the head.</summary>
    public ulong Generation => certificates[Head.Issuer].Generation;

    /// <summary>Walks; null and the failure if anything does not hold.</summary>
    public static StatementWalk? TryWalk(OpenRequest request, out OpenOutcome outcome, out OpenReason reason)
    {
        var walk = new StatementWalk(request);
        (outcome, reason) = walk.Run();
        return reason == OpenReason.None ? walk : null;
    }

    private (OpenOutcome Outcome, OpenReason Reason) Run()
    {
        if (request.PinnedOrganization is not { } pinned)
        {
            return (OpenOutcome.Unverified, OpenReason.NothingPinned);
        }

        if (!ReadCertificates(pinned))
        {
            return (OpenOutcome.Forged, OpenReason.CertificateInvalid);
        }

        if (!ReadStatements())
        {
            return (OpenOutcome.Forged, OpenReason.StatementMalformed);
        }

        if (!certificates.ContainsKey(Head.Issuer))
        {
            return (OpenOutcome.Unverified, OpenReason.NoCertificate);
        }

        var reason = Begins();
        reason = reason == OpenReason.None ? Continues() : reason;
        reason = reason == OpenReason.None ? Signed() : reason;
        return (reason == OpenReason.None ? OpenOutcome.Opened : OpenOutcome.Forged, reason);
    }

    private bool ReadCertificates(Thumbprint pinned)
    {
        foreach (var text in request.Certificates)
        {
            if (!IdentityCertificate.TryParse(text, out var certificate, out _) || !certificate.VerifiedUnder(pinned, request.Organization))
            {
                return false;
            }

            var identity = certificate.Identity.Thumbprint;
            if (!certificates.TryGetValue(identity, out var known) || known.Generation < certificate.Generation)
            {
                certificates[identity] = certificate;
            }
        }

        return true;
    }

    private bool ReadStatements()
    {
        foreach (var text in request.Statements)
        {
            if (!Statement.TryParse(text, out var statement, out _))
            {
                return false;
            }

            statements.Add(statement);
        }

        return statements.Count > 0;
    }

    private OpenReason Begins()
    {
        var first = statements[0];
        if (first.Organization != request.Organization || first.Group != request.Group)
        {
            return OpenReason.OtherGroup;
        }

        if (request.Memory is not { } memory)
        {
            return first.Revision == 1 ? OpenReason.None : OpenReason.ChainBroken;
        }

        if (first.Hash == memory.Hash)
        {
            return OpenReason.None;
        }

        if (Head.Revision < memory.Revision || Head.Epoch < memory.Epoch)
        {
            return OpenReason.RolledBack;
        }

        return first.Revision == memory.Revision ? OpenReason.Forked
            : first.Revision != memory.Revision + 1 ? OpenReason.ChainBroken
            : first.Previous != memory.Hash ? OpenReason.Forked
            : first.Epoch < memory.Epoch ? OpenReason.RolledBack
            : OpenReason.None;
    }

    private OpenReason Continues()
    {
        for (var index = 1; index < statements.Count; index++)
        {
            if (!statements[index].Continues(statements[index - 1], out _))
            {
                return OpenReason.ChainBroken;
            }
        }

        return OpenReason.None;
    }

    /// <summary>Signatures at the head and on both sides of a change of identity; the hashes carry the rest. Generations never go back.</summary>
    private OpenReason Signed()
    {
        // A key that was replaced signs nothing new, in a group that the client sees for the first time either.
        if (Generation < request.Memory?.Generation || (Generation < request.LeastGeneration && Head.Hash != request.Memory?.Hash))
        {
            return OpenReason.RolledBack;
        }

        for (var index = 0; index < statements.Count; index++)
        {
            var isLast = index == statements.Count - 1;
            var changesNext = !isLast && statements[index + 1].Issuer != statements[index].Issuer;
            var changed = index > 0 && statements[index - 1].Issuer != statements[index].Issuer;
            if ((isLast || changesNext || changed) && !VerifiedByCertified(statements[index]))
            {
                return OpenReason.SignatureInvalid;
            }

            if (changed && certificates[statements[index].Issuer].Generation <= certificates[statements[index - 1].Issuer].Generation)
            {
                return OpenReason.RolledBack;
            }
        }

        return OpenReason.None;
    }

    private bool VerifiedByCertified(Statement statement)
        => certificates.TryGetValue(statement.Issuer, out var certificate) && statement.VerifiedBy(certificate.Identity);
}
