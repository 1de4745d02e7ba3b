using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>How the acceptance of an invitation ended.</summary>
public enum AcceptOutcome
{
    /// <summary>The keys are registered.</summary>
    Accepted,

    /// <summary>The file is another member's, or of another core; nothing was sent.</summary>
    FileOfAnother,

    /// <summary>The file is this member's, and the passphrase does not open it; nothing was sent.</summary>
    WrongPassphrase,

    /// <summary>The call came to nothing. The keys are in the file; accepting again uses them.</summary>
    Failed,
}

/// <summary>What the acceptance of an invitation came to.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Me">What the core knows of the member; exactly when accepted.</param>
/// <param name="Problem">The problem; exactly when the call failed.</param>
public readonly record struct Accepted(AcceptOutcome Outcome, MemberCard? Me, CoreProblem? Problem);

/// <summary>Turns an invitation into registered keys (member.md, section 2).</summary>
public static class MemberAcceptance
{
    /// <summary>What an invitation is for; changes nothing.</summary>
    /// <param name="core">The core that the link names.</param>
    /// <param name="link">The link.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static Task<CoreAnswer<Invitation>> LookAsync(CoreClient core, InvitationLink link, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(core);
        ArgumentNullException.ThrowIfNull(link);
        var call = CoreCall.Post("/member/v1/invitations", new TokenJson(link.Token), CoreJson.Default.TokenJson);
        return core.SendAsync(call, CoreJson.Default.InvitationJson, AnswerReader.Invitation, cancellationToken);
    }

    /// <summary>Makes keys, stores them, and registers them. After a lost reply the stored keys are sent again.</summary>
    /// <param name="store">Where the member's file is to be.</param>
    /// <param name="core">The core that the link names.</param>
    /// <param name="link">The link.</param>
    /// <param name="invitation">What <see cref="LookAsync"/> told.</param>
    /// <param name="passphrase">Protects the private keys.</param>
    /// <param name="suite">Suite of a new HPKE key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="IOException">The file cannot be written; nothing was sent.</exception>
    public static async Task<Accepted> AcceptAsync(
        IMemberStore store, CoreClient core, InvitationLink link, Invitation invitation, Passphrase passphrase, Suite suite, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(core);
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(invitation);
        var (file, keys) = await StoreAsync(store, link, invitation, passphrase, suite, cancellationToken).ConfigureAwait(false);
        if (keys is null)
        {
            return new Accepted(Belongs(file, link, invitation) ? AcceptOutcome.WrongPassphrase : AcceptOutcome.FileOfAnother, null, null);
        }

        using (keys)
        {
            return await RegisterAsync(core, link, file, keys, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<Accepted> RegisterAsync(
        CoreClient core, InvitationLink link, MemberFile file, MemberPrivateKeys keys, CancellationToken cancellationToken)
    {
        var body = new AcceptanceJson(link.Token, MemberWords.Register(file, keys, core.Time));
        var answer = await core.SendAsync(
            CoreCall.Post("/member/v1/acceptances", body, CoreJson.Default.AcceptanceJson), CoreJson.Default.MeJson,
            json => Confirmed(AnswerReader.Me(json), file, keys), cancellationToken).ConfigureAwait(false);
        return answer.TryGet(out var me, out var problem)
            ? new Accepted(AcceptOutcome.Accepted, me, null)
            : new Accepted(AcceptOutcome.Failed, null, problem);
    }

    /// <summary>The file, and its keys: those that are there, else new ones. No keys: the file is another's, or the passphrase is.</summary>
    private static async Task<(MemberFile File, MemberPrivateKeys? Keys)> StoreAsync(
        IMemberStore store, InvitationLink link, Invitation invitation, Passphrase passphrase, Suite suite, CancellationToken cancellationToken)
    {
        var file = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (file is null)
        {
            var made = MemberPrivateKeys.Generate(suite);
            try
            {
                var box = MemberKeyBox.Seal(made, passphrase, invitation.Organization, invitation.Member);
                file = await store.UpdateAsync(present => present ?? Make(link, invitation, box), cancellationToken).ConfigureAwait(false);
                if (file.Keys == box)
                {
                    var own = made;
                    made = null;
                    return (file, own);
                }
            }
            finally
            {
                made?.Dispose();
            }
        }

        return (file, Belongs(file, link, invitation) ? MemberKeyBox.TryOpen(file.Keys, passphrase, file.Organization, file.Member) : null);
    }

    private static MemberFile Make(InvitationLink link, Invitation invitation, KeyBox box) => new()
    {
        Core = link.Core,
        Organization = invitation.Organization,
        Member = invitation.Member,
        CoreId = invitation.CoreId,
        Keys = box,
    };

    private static bool Belongs(MemberFile file, InvitationLink link, Invitation invitation)
        => file.Organization == invitation.Organization && file.Member == invitation.Member && file.CoreId == invitation.CoreId && file.Core == link.Core;

    private static MemberCard? Confirmed(MemberCard? me, MemberFile file, MemberPrivateKeys keys)
        => me is not null && me.Organization == file.Organization && me.Member == file.Member && me.Keys == keys.Public.Ids ? me : null;
}
