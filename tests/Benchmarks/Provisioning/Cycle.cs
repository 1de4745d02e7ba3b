using System.Diagnostics;
using System.Globalization;
using EncryptionService.Benchmarks.World;

namespace EncryptionService.Benchmarks.Provisioning;

/// <summary>Entra ID's initial cycle: every user is looked for and created, then every group, then its members in requests of up to 100.</summary>
/// <remarks>A tenth as many groups as users, five memberships for each user; a few groups are large, most are small.</remarks>
internal sealed class Cycle
{
    private const int LargeSize = 1_000;
    private const int MiddleSize = 150;
    private const int Stride = 7_919; // coprime to the number of users, so that nobody is in a group twice
    private readonly Idp idp;
    private readonly int callers;
    private readonly string[] users;
    private readonly int[] sizes;

    /// <summary>A cycle.</summary>
    /// <param name="idp">Who runs it.</param>
    /// <param name="users">How many; a multiple of 1,000, or fewer than that and then without large groups.</param>
    /// <param name="callers">Requests at once.</param>
    public Cycle(Idp idp, int users, int callers)
    {
        this.idp = idp;
        this.callers = callers;
        this.users = new string[users];
        sizes = SizesOf(users);
    }

    public IReadOnlyList<string> Users => users;

    public int Groups => sizes.Length;

    public int Memberships => sizes.Sum();

    /// <summary>First half.</summary>
    public async Task<TimeSpan> CreateUsersAsync(CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        await Load.EachAsync(callers, Enumerable.Range(0, users.Length), async index =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"user-{index}@example.com");
            await idp.FindUserAsync(name, cancellationToken);
            users[index] = await idp.CreateUserAsync(name, cancellationToken);
        }, cancellationToken);
        return Stopwatch.GetElapsedTime(begin);
    }

    /// <summary>Second half.</summary>
    public async Task<TimeSpan> CreateGroupsAsync(CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        await Load.EachAsync(callers, Enumerable.Range(0, sizes.Length), async index =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"group-{index}");
            await idp.FindGroupAsync(name, cancellationToken);
            var group = await idp.CreateGroupAsync(name, cancellationToken);
            await idp.AddAsync(group, Enumerable.Range(0, sizes[index]).Select(place => users[(int)(((index * 37L) + ((long)place * Stride)) % users.Length)]), cancellationToken);
        }, cancellationToken);
        return Stopwatch.GetElapsedTime(begin);
    }

    // Of 1,000 groups: 10 large ones, 90 in the middle, and the others share what is left.
    private static int[] SizesOf(int users)
    {
        var (groups, left) = (users / 10, users * 5);
        var sizes = new int[groups];
        for (var index = 0; index < groups; index++)
        {
            var size = (index * 100 < groups, index * 10 < groups) switch
            {
                (true, _) => Math.Min(LargeSize, users),
                (_, true) => MiddleSize,
                _ => left / (groups - index),
            };
            sizes[index] = Math.Min(size, left);
            left -= sizes[index];
        }

        return sizes;
    }
}
