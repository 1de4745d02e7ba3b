using System.Text.Json;
using EncryptionService.Cli.Texts;
using EncryptionService.Client;
using EncryptionService.Formats;

namespace EncryptionService.Cli.Member;

/// <summary><c>eec member accept</c>.</summary>
internal sealed class AcceptVerb(Shell shell) : MemberVerb(shell)
{
    public async Task<int> RunAsync(string text, string suiteName, MemberPlace place, bool json, CancellationToken cancellationToken)
    {
        if (!InvitationLink.TryParse(text, out var link, out var error))
        {
            return Shell.Fail(ExitCode.Usage, $"This {error}.");
        }

        var store = Shell.Store(place.File);
        var present = await store.ReadAsync(cancellationToken);
        using var core = new CoreClient(link.Core, Shell.Time);
        var looked = await MemberAcceptance.LookAsync(core, link, cancellationToken);
        if (!looked.TryGet(out var invitation, out var problem))
        {
            return Fail(problem);
        }

        if (present is not null && (present.Organization != invitation.Organization || present.Member != invitation.Member))
        {
            return OfAnother(store);
        }

        if (!json)
        {
            Shell.Print($"Invitation to {invitation.OrganizationName} ({invitation.Organization}) for {invitation.UserName} ({invitation.Member}).");
        }

        using var passphrase = Shell.ReadPassphrase(place.PassphraseFile, isNew: present is null);
        if (passphrase is null)
        {
            return ExitCode.Usage;
        }

        var suite = Suite.TryGet(suiteName, out var known) ? known : Suite.Hpke4;
        var accepted = await MemberAcceptance.AcceptAsync(store, core, link, invitation, passphrase, suite, cancellationToken);
        return accepted.Outcome switch
        {
            AcceptOutcome.Accepted => Report(store, link, accepted.Me!, json),
            AcceptOutcome.FileOfAnother => OfAnother(store),
            AcceptOutcome.WrongPassphrase => Shell.Fail(
                ExitCode.WrongPassphrase, $"The passphrase does not open {store.FilePath}, which holds this member's keys already.", "Type it again, or name a new file with --file."),
            _ => Fail(accepted.Problem!),
        };
    }

    private int OfAnother(MemberFileStore store) => Shell.Fail(
        ExitCode.Usage, $"{store.FilePath} is another member's file, or is for another core. Name a new file with --file.");

    private int Report(MemberFileStore store, InvitationLink link, MemberCard me, bool json)
    {
        if (json)
        {
            var card = new AcceptedCard(
                me.Organization.Value, me.OrganizationName, me.Member.Value, me.UserName, link.Core.GetLeftPart(UriPartial.Authority), store.FilePath,
                me.Keys.Hpke.ToString(), me.Keys.Alg, me.Keys.Signing.ToString());
            Shell.Print(JsonSerializer.Serialize(card, CliJson.Default.AcceptedCard));
            return ExitCode.Ok;
        }

        Shell.Print($"Accepted. The keys are in {store.FilePath}; without this file and its passphrase nothing can be opened, so keep both.");
        Shell.Print($"{me.Keys.Alg} key     {me.Keys.Hpke}");
        Shell.Print($"signing key    {me.Keys.Signing}");
        Shell.Print("Next: eec member trust <code>, with the organization code from your administrator.");
        return ExitCode.Ok;
    }
}
