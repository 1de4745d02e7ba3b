using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Benchmarks.World;

/// <summary>Rows that no measurement waits for.</summary>
internal static class CoreSeed
{
    private const int Step = 1_000;

    /// <summary>The row of a service that does not exist: it gives the organization groups.</summary>
    public static Task PretendServiceAsync(this CoreScene core, string organization, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        return core.Store.WriteAsync(
            db =>
            {
                db.Services.Add(new ServiceRow
                {
                    OrganizationId = organization,
                    Identity = new string('i', 43),
                    OrganizationKey = new string('o', 43),
                    Generation = 1,
                    CallKey = "{}",
                    Address = "http://127.0.0.1:9",
                    Version = "0.0.0",
                    RevisionName = "none",
                    EnrolledAt = now,
                    LastContactAt = now,
                });
                return Task.CompletedTask;
            },
            cancellationToken);
    }

    /// <summary>What acceptances leave behind: everybody has keys, and has accepted. Only for members who are in no group yet.</summary>
    public static async Task RegisterAsync(this CoreScene core, string organization, IReadOnlyList<string> members, CancellationToken cancellationToken)
    {
        var people = Person.Make(members.Count, "key");
        var now = TimeProvider.System.GetUtcNow();
        foreach (var part in members.Zip(people).Chunk(Step))
        {
            var ids = part.Select(pair => pair.First).ToArray();
            await core.Store.WriteAsync(
                async db =>
                {
                    db.MemberKeys.AddRange(part.Select(pair => RowOf(organization, pair.First, pair.Second.Keys, now)));
                    await db.Members.Where(row => ids.Contains(row.Id)).ExecuteUpdateAsync(set => set.SetProperty(row => row.AcceptedAt, now), cancellationToken);
                    await db.Invitations.Where(row => ids.Contains(row.MemberId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, (DateTimeOffset?)null), cancellationToken);
                },
                cancellationToken);
        }
    }

    private static MemberKeysRow RowOf(string organization, string member, ClaimedKeys claimed, DateTimeOffset now)
    {
        if (!MemberKeys.TryParse(claimed.HpkeJwk, claimed.SigningJwk, out var keys, out var problem))
        {
            throw new InvalidDataException(problem.Message);
        }

        return new MemberKeysRow
        {
            MemberId = member,
            OrganizationId = organization,
            HpkeJwk = claimed.HpkeJwk,
            SigningJwk = claimed.SigningJwk,
            Alg = keys.Ids.Alg,
            Hpke = keys.Ids.Hpke.ToString(),
            Signing = keys.Ids.Signing.ToString(),
            Counter = 1,
            Registration = "",
            RegisteredAt = now,
        };
    }
}
