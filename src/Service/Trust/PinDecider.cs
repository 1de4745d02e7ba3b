using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Settings;

namespace EncryptionService.Service.Trust;

/// <summary>Keys that an event claims for a member, with the signed change where there is one.</summary>
/// <param name="Member">The member.</param>
/// <param name="Keys">The claimed keys.</param>
/// <param name="Rekeys">True where the event changes keys: then only a valid change document pins anything.</param>
/// <param name="Change">The document, if it parses.</param>
internal sealed record PinRequest(MemberId Member, MemberKeys Keys, bool Rekeys, KeyChange? Change);

/// <summary>Whether claimed keys may be used, and the pin to write first, if any.</summary>
internal readonly record struct PinDecision(Reason Refused, Pin? Write)
{
    /// <summary>The keys are the pinned ones.</summary>
    public static PinDecision Known => default;

    /// <summary>The keys may not be used.</summary>
    public static PinDecision Refuse(Reason reason) => new(reason, null);

    /// <summary>The keys may be used once this pin is in the ledger.</summary>
    public static PinDecision Pin(Pin pin) => new(Reason.Unspecified, pin);
}

/// <summary>Decides on claimed keys (docs/spec/membership.md, section 5). Pure.</summary>
internal sealed class PinDecider(OrganizationId organization, SuiteList suites, TrustLevel level, Operators operators)
{
    /// <summary>The decision against <paramref name="state"/> at <paramref name="now"/>.</summary>
    public PinDecision Decide(PinState state, PinRequest request, DateTimeOffset now)
    {
        if (!suites.Allows(request.Keys.Hpke.Alg))
        {
            return PinDecision.Refuse(Reason.KeyUnsupported);
        }

        var pin = state.Find(request.Member);
        var ids = request.Keys.Ids;
        if (pin is not null && pin.Keys.Ids == ids)
        {
            return PinDecision.Known;
        }

        if (request.Rekeys)
        {
            return pin is not null && request.Change is { } change && Proves(change, pin, ids, request.Member, now)
                ? PinDecision.Pin(new Pin(request.Member, request.Keys, pin.Counter + 1))
                : PinDecision.Refuse(Reason.KeyChangeInvalid);
        }

        if (pin is not null)
        {
            return PinDecision.Refuse(Reason.KeyNotPinned);
        }

        return level == TrustLevel.Pinned || state.IsApproved(request.Member, ids)
            ? PinDecision.Pin(new Pin(request.Member, request.Keys, 1))
            : PinDecision.Refuse(Reason.ApprovalPending);
    }

    private bool Proves(KeyChange change, Pin pin, KeyIds ids, MemberId member, DateTimeOffset now)
        => change.Organization == organization
            && change.Member == member
            && change.New == ids
            && change.Old == pin.Keys.Ids
            && change.Counter == pin.Counter
            && change.IsTimely(now, out _)
            && ((change.Jws.Kid == pin.Keys.Signing.Thumbprint && change.VerifiedBy(pin.Keys.Signing)) || operators.Signed(change.Jws));
}
