using EncryptionService.Hammer.Scim.Checks;
using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer.Demo;

/// <summary>The cycle of Okta: test connector, users by POST and PUT, group push by PUT, deactivation, reactivation, unlink with delete.</summary>
internal sealed class OktaAct(Stage stage, ScimDoor door)
{
    private const string Domain = "fabrikam.example";
    private readonly Account account = stage.Account;
    private readonly Okta idp = new(door);
    private readonly IdpGroup group = new("design", 2);
    private readonly Member emil = stage.MemberOf(new IdpUser("emil", 5, Domain), "Emil");
    private readonly Member freya = stage.MemberOf(new IdpUser("freya", 6, Domain), "Freya");
    private readonly Member gustav = stage.MemberOf(new IdpUser("gustav", 8, Domain), "Gustav");

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        account.Chapter("Okta: test connector, users, group push");
        await idp.TestConnectionAsync(cancellationToken);
        account.Show(true, "Test connector configuration: lists of users and groups, 200");
        foreach (var member in new[] { emil, freya, gustav })
        {
            await idp.AddAsync(member.User, cancellationToken);
        }

        account.Show(true, "Three users are looked for, not found, and created: Emil, Freya, Gustav");
        group.Members.UnionWith([emil.User, freya.User]);
        await idp.AddAsync(group, "Design", cancellationToken);
        group.Name = "Design";
        account.Show(true, "The group Design is pushed with Emil and Freya");
        foreach (var member in new[] { emil, freya, gustav })
        {
            await stage.AcceptAsync(member, null, cancellationToken);
        }

        await stage.ShowOpensAsync(group, 1, [emil, freya], cancellationToken);
        await PushAsync(cancellationToken);
        await DeactivateAsync(cancellationToken);
        await UnlinkAsync(cancellationToken);
    }

    private async Task PushAsync(CancellationToken cancellationToken)
    {
        account.Chapter("Okta pushes the whole group again: renamed, Gustav in, Freya out");
        await idp.RenameAsync(group, "Brand", cancellationToken);
        group.Name = "Brand";
        group.Members.Add(gustav.User);
        group.Members.Remove(freya.User);
        await idp.ChangeAsync(group, [gustav.User], [freya.User], cancellationToken);
        await stage.ShowGroupsAsync(gustav, ["Brand"], cancellationToken);
        await stage.ShowOpensAsync(group, 2, [emil, gustav], cancellationToken);
        await stage.ShowRefusedAsync(group, freya, "was removed", cancellationToken);
        await stage.ShowForgedAsync(group, freya, cancellationToken);
    }

    private async Task DeactivateAsync(CancellationToken cancellationToken)
    {
        account.Chapter("Emil is deactivated, and activated again");
        await idp.RemoveAsync(emil.User, cancellationToken);
        await stage.ShowOpensAsync(group, 3, [gustav], cancellationToken);
        await stage.ShowRefusedAsync(group, emil, "is deactivated", cancellationToken);
        await idp.AddAsync(emil.User, cancellationToken);
        await stage.ShowOpensAsync(group, 3, [emil, gustav], cancellationToken);
    }

    private async Task UnlinkAsync(CancellationToken cancellationToken)
    {
        account.Chapter("The group is unlinked, and deleted");
        await idp.RemoveAsync(group, cancellationToken);
        await stage.ShowRefusedAsync(group, gustav, "has no such group any more", cancellationToken);
        var records = await CoreRecords.ReadAsync(stage.Database, cancellationToken);
        account.Show(records.Read(group.RequiredId)[^1].End, "The chain of the group ends with a final statement, signed by the service");
    }
}
