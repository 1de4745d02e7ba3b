using System.Security.Cryptography;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;

namespace EncryptionService.Provisioning.Tests.Directory;

/// <summary>Whatever happens at once and in whatever order: a service that applies a group's events comes to the effective roster.</summary>
public sealed class RaceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Parallel_additions_to_one_group_lose_nobody(DatabaseProvider provider)
    {
        await using var world = await DirectoryWorld.CreateAsync(provider);
        var members = new List<string>();
        for (var index = 0; index < 24; index++)
        {
            members.Add(await world.MemberAsync($"u{index}"));
        }

        var group = await world.GroupAsync("one");
        await Task.WhenAll(members.Select(member => Task.Run(() => world.AddAsync(group, member), Stop)));

        Assert.Equal(members.Order(), (await world.ServedAsync(group)).Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Random_changes_at_once_end_in_the_effective_roster(DatabaseProvider provider)
    {
        await using var world = await DirectoryWorld.CreateAsync(provider);
        var members = new List<string>();
        for (var index = 0; index < 10; index++)
        {
            members.Add(await world.MemberAsync($"u{index}", withKeys: index % 3 != 0));
        }

        var groups = new List<string>();
        for (var index = 0; index < 4; index++)
        {
            groups.Add(await world.GroupAsync($"g{index}"));
        }

        var registered = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => ActAsync(world, members, groups, registered), Stop)));

        foreach (var group in groups)
        {
            Assert.Equal((await world.EffectiveAsync(group)).OrderBy(pair => pair.Key), (await world.ServedAsync(group)).OrderBy(pair => pair.Key));
        }
    }

    private static async Task ActAsync(
        DirectoryWorld world, List<string> members, List<string> groups, System.Collections.Concurrent.ConcurrentDictionary<string, bool> registered)
    {
        for (var step = 0; step < 40; step++)
        {
            var member = members[RandomNumberGenerator.GetInt32(members.Count)];
            var other = members[RandomNumberGenerator.GetInt32(members.Count)];
            var group = groups[RandomNumberGenerator.GetInt32(groups.Count)];
            switch (RandomNumberGenerator.GetInt32(8))
            {
                case 0 or 1:
                    await world.AddAsync(group, member, other);
                    break;
                case 2:
                    await world.RemoveAsync(group, member);
                    break;
                case 3:
                    await world.ChangeAsync(group, new MembershipChange(MembershipVerb.Replace, [member, other]));
                    break;
                case 4:
                    await world.SetActiveAsync(member, active: false);
                    break;
                case 5 or 6:
                    await world.SetActiveAsync(member, active: true);
                    break;
                default:
                    await AcceptOrDeleteAsync(world, members, member, registered);
                    break;
            }
        }
    }

    private static async Task AcceptOrDeleteAsync(
        DirectoryWorld world, List<string> members, string member, System.Collections.Concurrent.ConcurrentDictionary<string, bool> registered)
    {
        var index = members.IndexOf(member);
        if (index % 3 == 0 && registered.TryAdd(member, true))
        {
            await world.RegisterAsync(member);
        }
        else if (index == members.Count - 1)
        {
            await world.Members.DeleteAsync(DirectoryWorld.Organization, member, DirectoryWorld.Idp, null, Stop);
        }
    }
}
