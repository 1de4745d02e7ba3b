using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Provisioning.Database;

namespace EncryptionService.Benchmarks.Provisioning;

/// <summary>Requests a second by kind, over real sockets, at 1, 8 and 64 connections. Members have keys, so changes of groups write events; nobody sends them meanwhile.</summary>
internal static class ScimBenchmark
{
    private const int Users = 2_000;
    private const int Groups = 200;
    private const int Few = 10;
    private const string Organization = "acme";
    private static readonly int[] connections = [1, 8, 64];

    public static Task RunAsync(Programs programs, bool quick, Board board, CancellationToken cancellationToken) =>
        Products.RunAsync(board, product => MeasureAsync(programs, product, quick, board, cancellationToken));

    private static async Task MeasureAsync(Programs programs, DatabaseProvider product, bool quick, Board board, CancellationToken cancellationToken)
    {
        var duration = TimeSpan.FromSeconds(quick ? 0.5 : 4);
        var name = Products.NameOf(product);
        await using var core = await CoreScene.StartAsync(programs, product, ["--Dispatch:Workers=0"], cancellationToken);
        using var idp = await core.OrganizationAsync(Organization, connections[^1], cancellationToken);
        await core.PretendServiceAsync(Organization, cancellationToken);
        var kinds = await PrepareAsync(core, idp, cancellationToken);
        foreach (var kind in kinds)
        {
            await Load.RunAsync(connections[^1], duration / 2, kind.Send, cancellationToken); // warming up
        }

        foreach (var callers in connections)
        {
            foreach (var kind in kinds)
            {
                var before = core.Process.CoreTime;
                var (perSecond, took) = await Load.RunAsync(callers, duration, kind.Send, cancellationToken);
                board.Add($"{name}, {callers,2} connections: {kind.Name}", perSecond, "/s", string.Create(
                    CultureInfo.InvariantCulture,
                    $"p50 {took.Median:0.0} ms, p99 {took.Quantile(0.99):0.0} ms, core time {(core.Process.CoreTime - before).TotalMilliseconds / took.Count:0.00} ms each"));
            }

            board.Add($"{name}, {callers,2} connections: memory, most so far (VmHWM)", core.Process.Memory("VmHWM"), "MB");
        }
    }

    private static async Task<Kind[]> PrepareAsync(CoreScene core, Idp idp, CancellationToken cancellationToken)
    {
        var users = new string[Users];
        await Load.EachAsync(8, Enumerable.Range(0, Users), async index => users[index] = await idp.CreateUserAsync(UserName(index), cancellationToken), cancellationToken);
        await core.RegisterAsync(Organization, users, cancellationToken);
        string[] pushed = new string[Groups], patched = new string[Groups];
        await Load.EachAsync(8, Enumerable.Range(0, Groups), async index =>
        {
            pushed[index] = await idp.CreateGroupAsync(Pushed(index), cancellationToken);
            patched[index] = await idp.CreateGroupAsync($"patched-{index}", cancellationToken);
            await idp.AddAsync(patched[index], users[..Few], cancellationToken);
        }, cancellationToken);
        int created = 0, renamed = 0, added = -1, removed = -1, put = 0;
        return
        [
            new("GET user by id", index => idp.GetUserAsync(users[index % Users], cancellationToken)),
            new("GET users by userName", index => idp.FindUserAsync(UserName(index % Users), cancellationToken)),
            new("POST user", _ => idp.CreateUserAsync($"new-{Interlocked.Increment(ref created)}@example.com", cancellationToken)),
            new("PATCH user", index => idp.RenameUserAsync(users[index % Users], $"name-{Interlocked.Increment(ref renamed)}", cancellationToken)),
            new("PATCH group, add a member", _ => Change(Interlocked.Increment(ref added), (group, member) => idp.AddAsync(group, [member], cancellationToken))),
            new("PATCH group, remove a member", _ => Change(Interlocked.Increment(ref removed), (group, member) => idp.RemoveAsync(group, member, cancellationToken))),
            new($"PUT group, {Few} members, one exchanged", _ => Put(Interlocked.Increment(ref put))),
            new("GET group without members", index => idp.GetGroupAsync(pushed[index % Groups], cancellationToken)),
        ];

        // Each number is one pair of a group and a member who is not in it, and each pair is removed after it was added.
        Task Change(int number, Func<string, string, Task> change) => change(patched[number % Groups], users[Few + (number / Groups % (Users - Few))]);

        Task Put(int number)
        {
            var (group, turn) = (number % Groups, number / Groups);
            return idp.PutGroupAsync(pushed[group], Pushed(group), users[..(Few - 1)].Append(users[Few + (turn % 2)]), cancellationToken);
        }
    }

    private static string UserName(int index) => string.Create(CultureInfo.InvariantCulture, $"user-{index}@example.com");

    private static string Pushed(int index) => string.Create(CultureInfo.InvariantCulture, $"pushed-{index}");

    private sealed record Kind(string Name, Func<int, Task> Send);
}
