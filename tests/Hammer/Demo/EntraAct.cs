using EncryptionService.Hammer.Scim.Idp;

namespace EncryptionService.Hammer.Demo;

/// <summary>The cycle of Entra ID: test, provision, groups, rename, removal, suspend, restore, delete.</summary>
internal sealed class EntraAct(Stage stage, ScimDoor door)
{
    private const string Domain = "contoso.example";
    private readonly Account account = stage.Account;
    private readonly EntraId idp = new(door);
    private readonly IdpGroup group = new("engineering", 1);
    private readonly Member anna = stage.MemberOf(new IdpUser("anna", 1, Domain), "Anna");
    private readonly Member ben = stage.MemberOf(new IdpUser("ben", 2, Domain), "Ben");
    private readonly Member chloe = stage.MemberOf(new IdpUser("chloe", 3, Domain), "Chloé");
    private readonly Member david = stage.MemberOf(new IdpUser("david", 4, Domain), "David");

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        account.Chapter("Entra ID: test connection, first cycle");
        await idp.TestConnectionAsync(cancellationToken);
        account.Show(true, "Test connection: a random user and a random group are looked for, 200 and nobody");
        foreach (var member in new[] { anna, ben, chloe, david })
        {
            await idp.AddAsync(member.User, cancellationToken);
        }

        account.Show(true, "Four users are looked for, not found, and created: Anna, Ben, Chloé, David");
        await AddGroupAsync(cancellationToken);
        await AcceptAsync(cancellationToken);
        await RemoveAsync(cancellationToken);
        await SuspendAndRestoreAsync(cancellationToken);
        await DeleteAsync(cancellationToken);
    }

    private async Task AddGroupAsync(CancellationToken cancellationToken)
    {
        await idp.AddAsync(group, "Engineering", cancellationToken);
        group.Name = "Engineering";
        await ChangeAsync([anna, ben, chloe], [], cancellationToken);
        account.Show(true, "The group Engineering is created; Anna, Ben and Chloé are added, though nobody has keys yet");
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        account.Chapter("People accept, and open");
        await stage.AcceptAsync(anna, group, cancellationToken);
        foreach (var member in new[] { ben, chloe, david })
        {
            await stage.AcceptAsync(member, null, cancellationToken);
        }

        await stage.ShowOpensAsync(group, 1, [anna, ben, chloe], cancellationToken);
        await stage.ShowGroupsAsync(david, [], cancellationToken);
        await stage.ShowRefusedAsync(group, david, "is no member", cancellationToken);
        await idp.RenameAsync(group, "Platform", cancellationToken);
        group.Name = "Platform";
        await stage.ShowGroupsAsync(anna, ["Platform"], cancellationToken);
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        account.Chapter("Ben is removed from the group: a new epoch");
        var before = await stage.ShowOpensAsync(group, 1, [anna, ben], cancellationToken);
        await ChangeAsync([], [ben], cancellationToken);
        var after = await stage.ShowOpensAsync(group, 2, [anna, chloe], cancellationToken);
        account.Show(before is not null && after is not null && before != after, "The vault key of epoch 2 is another one");
        var older = await anna.OpenAsync(group, cancellationToken, epoch: 1);
        account.Show(older.Key is not null && older.Key == before, "Anna still reads what was encrypted before: --epoch 1 gives the old key");
        await stage.ShowRefusedAsync(group, ben, "was removed", cancellationToken);
        await stage.ShowForgedAsync(group, ben, cancellationToken);
    }

    private async Task SuspendAndRestoreAsync(CancellationToken cancellationToken)
    {
        account.Chapter("Chloé is suspended, and comes back");
        await idp.SuspendAsync(chloe.User, cancellationToken);
        await stage.ShowOpensAsync(group, 3, [anna], cancellationToken);
        await stage.ShowRefusedAsync(group, chloe, "is suspended", cancellationToken);
        var seen = (await door.GetAsync($"/Users/{chloe.User.RequiredId}", cancellationToken)).Expect(200);
        account.Show((bool?)seen["active"] == false, "SCIM still answers Chloé, with active false");
        await idp.AddAsync(chloe.User, cancellationToken);
        await stage.ShowOpensAsync(group, 3, [anna, chloe], cancellationToken);
        account.Note("Chloé has the same keys as before, the groups are still there, and no new invitation was needed.");
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        account.Chapter("David is deleted for good");
        var id = david.User.RequiredId;
        await idp.RemoveAsync(david.User, cancellationToken);
        account.Show((await door.GetAsync($"/Users/{id}", cancellationToken)).Status == 404, "SCIM answers 404 for David");
        await stage.ShowRefusedAsync(group, david, "is deleted", cancellationToken);
    }

    private Task ChangeAsync(IReadOnlyList<Member> joining, IReadOnlyList<Member> leaving, CancellationToken cancellationToken)
    {
        group.Members.UnionWith(joining.Select(member => member.User));
        group.Members.ExceptWith(leaving.Select(member => member.User));
        return idp.ChangeAsync(group, [.. joining.Select(member => member.User)], [.. leaving.Select(member => member.User)], cancellationToken);
    }
}
