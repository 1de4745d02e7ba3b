using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Checks;
using EncryptionService.Hammer.Scim.Hosts;
using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer.Demo;

/// <summary>What both acts of the demo stand on: two running hosts, and people with <c>eec</c>.</summary>
internal sealed class Stage(Account account, Installation hosts, CoreDatabase database, FileInfo eec, DirectoryInfo people, string code, TimeProvider time)
{
    /// <summary>Exit codes of <c>eec</c>.</summary>
    public const int Done = 0;
    public const int Refused = 4;
    public const int Unverified = 11;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public Account Account => account;

    public Installation Hosts => hosts;

    public CoreDatabase Database => database;

    public Member MemberOf(IdpUser user, string name) => new(user, name, eec, people);

    /// <summary>The person reads the mail, accepts, and trusts the code that the administrator has told.</summary>
    public async Task AcceptAsync(Member member, IdpGroup? tried, CancellationToken cancellationToken)
    {
        var link = await WaitForMailAsync(member, cancellationToken);
        var accepted = await member.AcceptAsync(link, cancellationToken);
        account.Show(accepted.Code == Done, $"{member.Name} reads the invitation and accepts: eec member accept", Said(accepted));
        if (tried is not null)
        {
            await SettleAsync(cancellationToken);
            var early = await member.OpenAsync(tried, cancellationToken);
            account.Show(early.Code == Unverified, $"{member.Name} trusts nothing yet, so nothing opens", $"exit code {early.Code}");
        }

        var trusted = await member.TrustAsync(code, cancellationToken);
        account.Show(trusted.Code == Done, $"{member.Name} trusts the code that the service's administrator read out: eec member trust", trusted.Code == Done ? "" : Said(trusted));
    }

    /// <summary>Waits until the service has answered everything.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (await Lack.OfAsync(database, cancellationToken) is { } lack && lack is not { Events: 0, Statements: 0, Envelopes: 0 })
        {
            if (time.GetElapsedTime(began) > Patience)
            {
                throw new HammerException($"After {Patience.TotalSeconds:F0} seconds there is still lacking: {lack}.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>All of them open the group, at this epoch, to the same key.</summary>
    /// <returns>Hash of the key.</returns>
    public async Task<Digest32?> ShowOpensAsync(IdpGroup group, long epoch, IReadOnlyList<Member> members, CancellationToken cancellationToken)
    {
        await SettleAsync(cancellationToken);
        var opened = new List<Opened>();
        foreach (var member in members)
        {
            opened.Add(await member.OpenAsync(group, cancellationToken));
        }

        var names = string.Join(", ", members.Select(member => member.Name));
        account.Show(
            opened.TrueForAll(one => one.Code == Done && one.Epoch == epoch && one.Key == opened[0].Key),
            members.Count == 1 ? $"{names} opens {group.Name}, epoch {epoch}" : $"{names} open {group.Name}, epoch {epoch}, all the same vault key",
            string.Join("; ", opened.Where(one => one.Code != Done || one.Epoch != epoch).Select(one => $"exit code {one.Code}, epoch {one.Epoch}: {one.Said}")));
        return opened[0].Key;
    }

    public async Task ShowRefusedAsync(IdpGroup group, Member member, string why, CancellationToken cancellationToken)
    {
        await SettleAsync(cancellationToken);
        var opened = await member.OpenAsync(group, cancellationToken);
        account.Show(opened is { Code: Refused, Key: null }, $"{member.Name} {why}: the core gives nothing for {group.Name}", $"exit code {opened.Code}: {opened.Said}");
    }

    /// <summary>Even a core that lies cannot help who has left: with everything that it has, the last envelope from before does not open.</summary>
    public async Task ShowForgedAsync(IdpGroup group, Member member, CancellationToken cancellationToken)
    {
        var records = await CoreRecords.ReadAsync(database, cancellationToken);
        var envelope = records.Envelopes.Last(kept => kept.Group == group.RequiredId && kept.Member == member.User.RequiredId);
        using var result = await MemberKeys.OpenAsync(member, group, envelope.Jwe, records, code, time, cancellationToken);
        account.Show(
            result.Outcome == OpenOutcome.Forged, $"Even a core that lies cannot help: {member.Name}'s last envelope beside the new statement is FORGED", $"{result.Outcome}: {result.Reason}");
    }

    public async Task ShowGroupsAsync(Member member, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var told = await member.GroupsAsync(cancellationToken);
        account.Show(
            told.SequenceEqual(names), names.Count == 0 ? $"{member.Name} is told of no group: eec member groups" : $"{member.Name} is told of {string.Join(", ", names)}: eec member groups",
            told.SequenceEqual(names) ? "" : string.Join(", ", told));
    }

    private static string Said(VerbResult result) => result.Code == Done ? "" : $"exit code {result.Code}: {result.Error.Trim()}";

    private async Task<string> WaitForMailAsync(Member member, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (member.FindLink(hosts.Mail) is { } link)
            {
                return link;
            }

            if (time.GetElapsedTime(began) > Patience)
            {
                throw new HammerException($"No invitation came for {member.Name} within {Patience.TotalSeconds:F0} seconds.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
