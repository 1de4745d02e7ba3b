using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>Members, groups, keys that wait, the log and the overview in the panel.</summary>
public sealed class PeoplePagesTests
{
    private static readonly string[] fixedPages =
        ["/admin", "/admin/members", "/admin/groups", "/admin/approvals", "/admin/log", "/admin/log?kind=all", "/admin/log/parked"];

    [Fact]
    public async Task An_organization_with_nothing_has_pages_that_say_what_to_do()
    {
        await using var world = await PanelWorld.CreateAsync();
        using var browser = await world.SignInAsync();

        foreach (var path in fixedPages)
        {
            var page = await browser.GetAsync(path);
            Assert.Equal(200, page.Status);
        }

        Assert.Contains("No members yet", (await browser.GetAsync("/admin/members")).Words, StringComparison.Ordinal);
        Assert.Contains("No groups yet", (await browser.GetAsync("/admin/groups")).Words, StringComparison.Ordinal);
        Assert.Contains("Nothing was recorded yet", (await browser.GetAsync("/admin/log")).Words, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Names_of_others_stay_text_and_nothing_is_inline(DatabaseProvider provider)
    {
        await using var world = await PeopleWorld.CreateAsync(provider);
        await world.ParkAsync();

        foreach (var path in fixedPages.Concat(world.Members.Values.Select(id => $"/admin/members/{id}")).Append($"/admin/groups/{world.Group}").Append($"/admin/members/{world.Members["Sus"]}/delete"))
        {
            var page = await world.Browser.GetAsync(path);
            Assert.Equal(200, page.Status);
            Assert.DoesNotContain("<script>", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch("<[^>]* (style|on[a-z]+)=", page.Text);
            Assert.DoesNotContain("Foreign", page.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_anothers_is_not_there(DatabaseProvider provider)
    {
        await using var world = await PeopleWorld.CreateAsync(provider);
        var own = $"/admin/members/{world.Members["Sus"]}";

        foreach (var path in new[]
        {
            $"/admin/members/{world.OtherMember}", $"/admin/members/{world.OtherMember}/delete", $"/admin/groups/{world.OtherGroup}", "/admin/members/nobody", "/admin/groups/none", "/admin/log/export/exe",
            $"/admin/members/{world.Members["Ada"]}/delete",
        })
        {
            Assert.Equal(404, (await world.Browser.GetAsync(path)).Status);
        }

        foreach (var to in new[]
        {
            $"/admin/members/{world.OtherMember}?handler=Restore", $"/admin/members/{world.OtherMember}?handler=Resend", $"/admin/members/{world.OtherMember}/delete",
            $"/admin/groups/{world.OtherGroup}?handler=Rotate", $"/admin/groups/{world.OtherGroup}?handler=Retry",
        })
        {
            Assert.Equal(404, (await world.Browser.PostAsync(own, [("reason", "mine")], to)).Status);
        }

        Assert.Equal(404, (await world.Browser.PostAsync(own, [("group", world.OtherGroup)], "/admin/log/parked?handler=Retry")).Status);
        // The framework reads no form with this character; the database would not either.
        Assert.Equal(400, (await world.Browser.PostAsync(own, [("group", "\0")], "/admin/log/parked?handler=Retry")).Status);
        // A user name is no id here, even if it is the organization's own.
        Assert.Equal(404, (await world.Browser.PostAsync(own, [], "/admin/members/Ada.Lovelace@acme.example?handler=Resend")).Status);
        Assert.False(await world.ReadAsync(db => db.Audit.AnyAsync(row => row.OrganizationId == "other" && row.Actor.StartsWith("administrator"), PanelWorld.Stop)));
        Assert.False(await world.ReadAsync(db => db.Members.Where(row => row.Id == world.OtherMember).Select(row => row.Active).SingleAsync(PanelWorld.Stop)));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Members_are_searched_and_filtered(DatabaseProvider provider)
    {
        await using var world = await PeopleWorld.CreateAsync(provider);

        var all = await world.Browser.GetAsync("/admin/members");
        var found = await world.Browser.GetAsync("/admin/members?q=lovel+ADA&state=pending");
        var forbidden = await world.Browser.GetAsync("/admin/members?state=forbidden");
        var none = await world.Browser.GetAsync("/admin/members?q=nobody&p=99");

        Assert.Contains("4 members", all.Words, StringComparison.Ordinal);
        Assert.Contains("Ada Lovelace", found.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("Ben", found.Words, StringComparison.Ordinal);
        Assert.Contains("Invitation forbidden Deleted on 1 Jul 2026", forbidden.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("Ben", forbidden.Words, StringComparison.Ordinal);
        Assert.Contains("Nobody is found", none.Words, StringComparison.Ordinal);
        Assert.Equal(200, (await world.Browser.GetAsync("/admin/members?state=7&p=-1&q=%00")).Status);
    }

    [Fact]
    public async Task A_member_is_restored_and_deleted_and_the_history_says_by_whom()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var member = world.Members["Sus"];
        var path = $"/admin/members/{member}";

        var restored = await world.Browser.PostAsync(path, [], $"{path}?handler=Restore");
        Assert.Contains("The member is restored", restored.Words, StringComparison.Ordinal);
        Assert.Contains("Restored", restored.Words, StringComparison.Ordinal);
        Assert.Contains("administrator", await world.ReadAsync(db => db.Audit.Where(row => row.Subject == member && row.Action == "member.restored").Select(row => row.Actor).SingleAsync(PanelWorld.Stop)), StringComparison.Ordinal);
        Assert.Equal(404, (await world.Browser.GetAsync($"{path}/delete")).Status);

        await world.Panel.Core.Get<Provisioning.Directory.MemberDirectory>().UpdateAsync(
            "acme", member, row => Provisioning.Directory.MemberDraft.Of(row) with { Active = false }, Provisioning.Directory.Actor.System, PanelWorld.Stop);
        var asked = await world.Browser.GetAsync($"{path}/delete");
        Assert.Contains("Delete Sus Pended now?", asked.Words, StringComparison.Ordinal);
        Assert.True(await world.ReadAsync(db => db.Members.AnyAsync(row => row.Id == member, PanelWorld.Stop)));
        var deleted = await world.Browser.PostAsync($"{path}/delete");

        Assert.Equal("/admin/members", deleted.Path);
        Assert.Contains("The member was deleted for good.", deleted.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await world.Browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task An_invitation_is_mailed_again()
    {
        await using var world = await PeopleWorld.CreateAsync();
        var path = $"/admin/members/{world.Members["Ada"]}";
        await world.Panel.Core.Store.WriteAsync(db => db.Invitations.ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, (DateTimeOffset?)null), PanelWorld.Stop), PanelWorld.Stop);

        var page = await world.Browser.PostAsync(path, [], $"{path}?handler=Resend");

        Assert.Contains("The invitation goes out again", page.Words, StringComparison.Ordinal);
        Assert.Equal([world.Members["Ada"]], await world.ReadAsync(db => db.Invitations.Where(row => row.DueAt != null).Select(row => row.MemberId).ToListAsync(PanelWorld.Stop)));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_group_is_rotated_with_a_reason_and_retried(DatabaseProvider provider)
    {
        await using var world = await PeopleWorld.CreateAsync(provider);
        await world.ParkAsync();
        var path = $"/admin/groups/{world.Group}";

        var rotated = await world.Browser.PostAsync($"/admin/members/{world.Members["Sus"]}", [("reason", "a laptop was lost")], $"{path}?handler=Rotate");
        Assert.Contains("A new vault key is asked for", rotated.Words, StringComparison.Ordinal);
        Assert.Contains("a laptop was lost", rotated.Words, StringComparison.Ordinal);
        Assert.Contains("1 event parked", rotated.Words, StringComparison.Ordinal);
        Assert.Contains("1 event is parked", (await world.Browser.GetAsync("/admin/log")).Words, StringComparison.Ordinal);
        Assert.Contains("REJECTED GROUP_EXISTS", (await world.Browser.GetAsync("/admin/log/parked")).Words, StringComparison.Ordinal);

        var retried = await world.Browser.PostAsync("/admin/log/parked", [], "/admin/log/parked?handler=Retry");

        Assert.Contains("Nothing is parked", retried.Words, StringComparison.Ordinal);
        Assert.Equal(1, await world.ReadAsync(db => db.Events.CountAsync(row => row.GroupId == world.Group && row.Kind == "comparison", PanelWorld.Stop)));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_log_is_filtered_and_exported(DatabaseProvider provider)
    {
        await using var world = await PeopleWorld.CreateAsync(provider);

        var refused = await world.Browser.GetAsync("/admin/log?outcome=refused");
        Assert.Contains("uniqueness: Another user has that userName.", refused.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("Group begins", refused.Words, StringComparison.Ordinal);
        Assert.Contains("Group begins", (await world.Browser.GetAsync("/admin/log?kind=events&q=finance&from=2026-06-01&to=2026-06-01")).Words, StringComparison.Ordinal);
        Assert.Contains("Nothing is found", (await world.Browser.GetAsync("/admin/log?from=2026-06-02&after=rubbish")).Words, StringComparison.Ordinal);
        Assert.Equal(200, (await world.Browser.GetAsync("/admin/log?kind=9&outcome=nonsense&from=yesterday&to=9999-12-31&connection=%00&q=%00")).Status);

        var csv = await world.Browser.GetAsync("/admin/log/export/csv?kind=all");
        Assert.Equal("attachment; filename=\"provisioning-log-2026-06-01.csv\"", csv.Content.ContentDisposition!.ToString());
        Assert.Contains("\"'=cmd|'/c calc'!A1\"", csv.Text, StringComparison.Ordinal);
        var lines = (await world.Browser.GetAsync("/admin/log/export/jsonl?kind=users")).Text.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal("call", (string?)JsonNode.Parse(line)!["entry"]));
        Assert.DoesNotContain("Foreign", csv.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_is_none_is_refused_with_its_reason()
    {
        await using var world = await PeopleWorld.CreateAsync();

        var page = await world.Browser.PostAsync("/admin/approvals", [("document", "rubbish")]);
        var empty = await world.Browser.PostAsync("/admin/approvals", [("document", " ")]);

        Assert.Contains("The document is not as it must be. It is neither an approval nor a recovery.", page.Words, StringComparison.Ordinal);
        Assert.Contains("Paste the signed document", empty.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_not_signed_in_sees_nothing_and_changes_nothing()
    {
        await using var world = await PeopleWorld.CreateAsync();
        using var stranger = world.Panel.Browse();

        foreach (var path in fixedPages.Skip(1).Concat([$"/admin/members/{world.Members["Ada"]}", $"/admin/groups/{world.Group}", "/admin/log/export/csv", "/admin/log/export/jsonl"]))
        {
            var page = await stranger.GetAsync(path);
            Assert.DoesNotContain("Lovelace", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Finance", page.Text, StringComparison.Ordinal);
        }
    }
}
