using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

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
        var warming = TimeSpan.FromSeconds(quick ? 1 : 2);
        var name = Products.NameOf(product);
        await using var core = await CoreScene.StartAsync(programs, product, ["--Dispatch:Workers=0"], cancellationToken);
        using var idp = await core.OrganizationAsync(Organization, connections[^1], cancellationToken);
        await core.PretendServiceAsync(Organization, cancellationToken);
        var kinds = await PrepareAsync(core, idp, cancellationToken);
        foreach (var kind in kinds)
        {
            await Load.RunAsync(connections[^1], warming, kind.Most(), index => kind.Send(idp, index), cancellationToken);
        }

        await QuietAsync(core, cancellationToken);
        await CountAsync(core, idp, kinds, name, board, cancellationToken);
        foreach (var callers in connections)
        {
            foreach (var kind in kinds)
            {
                var before = core.Process.CoreTime;
                var (perSecond, took) = await Load.RunAsync(callers, duration, kind.Most(), index => kind.Send(idp, index), cancellationToken);
                board.Add($"{name}, {callers,2} connections: {kind.Name}", perSecond, "/s", string.Create(
                    CultureInfo.InvariantCulture,
                    $"p50 {took.Median:0.0} ms, p99 {took.Quantile(0.99):0.0} ms, core time {(core.Process.CoreTime - before).TotalMilliseconds / took.Count:0.00} ms each"));
            }

            await QuietAsync(core, cancellationToken);
            board.Add($"{name}, {callers,2} connections: memory, most so far (VmHWM)", core.Process.Memory("VmHWM"), "MB");
        }
    }

    /// <summary>Waits until every mail is out.</summary>
    private static Task QuietAsync(CoreScene core, CancellationToken cancellationToken) =>
        core.UntilAsync(async db => !await db.Invitations.AnyAsync(row => row.DueAt != null, cancellationToken), TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(200), cancellationToken);

    private static async Task CountAsync(CoreScene core, Idp idp, Kind[] kinds, string name, Board board, CancellationToken cancellationToken)
    {
        var (here, address) = await core.ListenHereAsync(cancellationToken);
        await using (here)
        {
            using var caller = idp.At(address);
            using var counter = new StatementCounter();
            await caller.FindUserAsync("nobody", cancellationToken); // notes once a minute that the connection is used
            foreach (var kind in kinds)
            {
                counter.Count();
                await kind.Send(caller, 0);
                board.Add($"{name}: {kind.Name}", counter.Count(), "statements");
            }
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
            new("GET user by id", (on, index) => on.GetUserAsync(users[index % Users], cancellationToken)),
            new("GET users by userName", (on, index) => on.FindUserAsync(UserName(index % Users), cancellationToken)),
            new("PATCH user", (on, index) => on.RenameUserAsync(users[index % Users], $"name-{Interlocked.Increment(ref renamed)}", cancellationToken)),
            new("PATCH group, add a member", (on, _) => Change(Interlocked.Increment(ref added), (group, member) => on.AddAsync(group, [member], cancellationToken))),
            new("PATCH group, remove a member", (on, _) => Change(Interlocked.Increment(ref removed), (group, member) => on.RemoveAsync(group, member, cancellationToken))) { Most = () => Volatile.Read(ref added) - Volatile.Read(ref removed) },
            new($"PUT group, {Few} members, one exchanged", (on, _) => Put(on, Interlocked.Increment(ref put))),
            new("GET group without members", (on, index) => on.GetGroupAsync(pushed[index % Groups], cancellationToken)),
            // Last: their mails go out meanwhile, and must not meet other requests.
            new("POST user", (on, _) => on.CreateUserAsync($"new-{Interlocked.Increment(ref created)}@example.com", cancellationToken)),
        ];

        // Each number is one pair of a group and a member who is not in it, and each pair is removed after it was added; neighbours share neither.
        Task Change(int number, Func<string, string, Task> change) => change(patched[number % Groups], users[Few + ((number + (number / Groups)) % (Users - Few))]);

        Task Put(Idp on, int number)
        {
            var (group, turn) = (number % Groups, number / Groups);
            return on.PutGroupAsync(pushed[group], Pushed(group), users[..(Few - 1)].Append(users[Few + (turn % 2)]), cancellationToken);
        }
    }

    private static string UserName(int index) => string.Create(CultureInfo.InvariantCulture, $"user-{index}@example.com");

    private static string Pushed(int index) => string.Create(CultureInfo.InvariantCulture, $"pushed-{index}");

    private sealed record Kind(string Name, Func<Idp, int, Task> Send)
    {
        /// <summary>How many can be sent now.</summary>
        public Func<int> Most { get; init; } = () => int.MaxValue;
    }
}
