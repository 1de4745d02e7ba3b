using System.Globalization;
using EncryptionService.Contracts.Membership;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Journal;
using EncryptionService.Provisioning.Organizations;
using Google.Protobuf;

namespace EncryptionService.Benchmarks.World;

/// <summary>An organization as it is after months: members in every state, groups of all sizes, a log at its bound. Rows only; nothing of it was ever sealed.</summary>
internal sealed class PanelSeed(CoreStore store, string organization, int members, int groups, DateTimeOffset now)
{
    public const int EventsOfGroup = 50;
    public const string Connection = "0123456789abcdef";
    private const int Step = 2_000;
    private const int CallsForMember = 20;
    private const int Memberships = 5;
    private const int Stride = 7_919;

    private static readonly string[] given = ["Ada", "Ben", "Chiara", "Dmitri", "Émile", "Fatima", "Grace", "Hedy", "Ivan", "Joan", "Katherine", "Łukasz", "Mary", "Niels", "Olga"];
    private static readonly string[] family = ["Lovelace", "Okafor", "García", "Hopper", "Nowak", "Šimková", "Müller", "O'Neil", "Tanaka", "van der Berg", "Ångström", "Curie", "Noether"];
    private static readonly string[] teams = ["Finance", "Sales", "Engineering", "Legal", "Support", "Operations", "Research", "Design", "Security", "People"];
    private static readonly string[] places = ["Vilnius", "Berlin", "London", "Madrid", "Oslo", "Paris", "Rome", "Tokyo", "Austin", "Toronto"];

    private readonly string envelope = new('e', 600);
    private readonly string statement = new('s', 900);

    /// <summary>How many calls the log has then.</summary>
    public int Calls => members * CallsForMember;

    /// <summary>Writes everything.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await EachAsync(1, _ => Organization(), cancellationToken);
        await EachAsync(members, Member, cancellationToken);
        await EachAsync(groups, Group, cancellationToken);
        await EachAsync(groups, Roster, cancellationToken);
        await EachAsync(groups * EventsOfGroup, Told, cancellationToken);
        await EachAsync(Calls, Call, cancellationToken);
        await EachAsync(14 * 24, Hour, cancellationToken);
    }

    /// <summary>Id of a member.</summary>
    public static string MemberId(int index) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-7000-8000-{index:D12}");

    /// <summary>Id of a group.</summary>
    public static string GroupId(int index) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-7000-9000-{index:D12}");

    private static string Text(string begin, int index, string end = "") => string.Create(CultureInfo.InvariantCulture, $"{begin}{index}{end}");

    private static bool IsActive(int index) => index % 40 != 7;

    private static bool HasAccepted(int index) => index % 10 != 3;

    private static bool IsOpen(int group) => group % 25 == 4;

    private int SizeOf(int group) => Math.Min(members, group == 0 ? members : group < 10 ? 1_000 : group < 100 ? 150 : Memberships * 6);

    private DateTimeOffset Ago(int index, int of, int days) => now - TimeSpan.FromTicks((long)(TimeSpan.FromDays(days).Ticks * ((of - index) / (double)of)));

    private IEnumerable<object> Organization()
    {
        yield return new OrganizationRow { Id = organization, Name = "Acme Ltd", CreatedAt = now.AddDays(-400), CallKey = [] };
        yield return new ServiceRow
        {
            OrganizationId = organization,
            Identity = new string('i', 43),
            OrganizationKey = new string('o', 43),
            Generation = 1,
            CallKey = "{}",
            Address = "http://127.0.0.1:9",
            Version = "1.0.0",
            RevisionName = "eec-container--0000001",
            EnrolledAt = now.AddDays(-300),
            LastContactAt = now.AddMinutes(-1),
        };
        yield return new ConnectionRow { Id = Connection, OrganizationId = organization, Kind = ConnectionKind.EntraId, Name = "Entra ID", CreatedAt = now.AddDays(-300), LastUsedAt = now };
    }

    /// <summary>An administrator who has signed in.</summary>
    /// <returns>The token of the session's cookie.</returns>
    public async Task<string> SignInAsync(CancellationToken cancellationToken)
    {
        var (token, hash) = OneTimeSecret.Create();
        await store.WriteAsync(
            db =>
            {
                db.Administrators.Add(new AdministratorRow
                {
                    Id = "administrator",
                    OrganizationId = organization,
                    Email = "grace@acme.example",
                    EmailKey = "GRACE@ACME.EXAMPLE",
                    Name = "Grace Hopper",
                    PasswordHash = "none",
                    TotpSecret = [],
                    TotpStep = 0,
                    CreatedAt = now,
                });
                db.AdministratorSessions.Add(new AdministratorSessionRow
                {
                    Hash = hash,
                    Id = "session",
                    AdministratorId = "administrator",
                    CreatedAt = now,
                    SeenAt = now,
                    ExpiresAt = now.AddDays(1),
                    Client = "the benchmark",
                    Address = "127.0.0.1",
                });
                return Task.CompletedTask;
            },
            cancellationToken);
        return token;
    }

    private IEnumerable<object> Member(int index)
    {
        var (id, first, last) = (MemberId(index), given[index % given.Length], family[(index / 7) % family.Length]);
        var userName = Text("user", index, "@acme.example");
        var row = new MemberRow
        {
            Id = id,
            OrganizationId = organization,
            UserName = userName,
            UserNameKey = Folding.Fold(userName),
            ExternalId = Text("ext-", index),
            DisplayName = $"{first} {last}",
            Active = IsActive(index),
            SuspendedAt = IsActive(index) ? null : now.AddDays(-(index % 29)),
            AcceptedAt = HasAccepted(index) ? now.AddDays(-200) : null,
            Profile = $$"""{"name":{"givenName":"{{first}}","familyName":"{{last}}"},"emails":[{"value":"{{first}}.{{index}}@acme.example","type":"work","primary":true}],"title":"Member of staff"}""",
            CreatedAt = now.AddDays(-290),
            ModifiedAt = now.AddDays(-10),
        };
        yield return row;
        yield return Listing.Of(row);
        yield return new InvitationRow { MemberId = id, CreatedAt = now.AddDays(-290), SentAt = now.AddDays(-290), Problem = index % 200 == 13 ? "The mailbox does not exist." : null };
        yield return new AuditRow { OrganizationId = organization, At = now.AddDays(-290), Actor = $"connection:{Connection}", Action = "member.created", Subject = id, Name = userName };
        if (HasAccepted(index))
        {
            yield return new MemberKeysRow
            {
                MemberId = id,
                OrganizationId = organization,
                HpkeJwk = "{}",
                SigningJwk = "{}",
                Alg = "HPKE-4",
                Hpke = Text("hpke-", index),
                Signing = Text("signing-", index),
                Counter = 1,
                Pinned = true,
                Registration = envelope,
                RegisteredAt = now.AddDays(-200),
            };
        }
    }

    private IEnumerable<object> Group(int index)
    {
        var (id, name) = (GroupId(index), $"{teams[index % teams.Length]} {places[(index / teams.Length) % places.Length]} {index / 100}");
        yield return new GroupRow { Id = id, OrganizationId = organization, DisplayName = name, DisplayNameKey = Folding.Fold(name), CreatedAt = now.AddDays(-280), ModifiedAt = now.AddDays(-1) };
        yield return new LaneRow { GroupId = id, OrganizationId = organization, NextSequence = EventsOfGroup + 1 };
        yield return new ChainRow
        {
            GroupId = id,
            OrganizationId = organization,
            Revision = EventsOfGroup,
            Epoch = 3,
            Acknowledged = EventsOfGroup,
            CheckAt = IsOpen(index) ? now : null,
            Frozen = index % 333 == 5,
        };
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            yield return new EpochRow
            {
                GroupId = id,
                Epoch = epoch,
                Revision = epoch,
                At = now.AddDays(-30 * (4 - epoch)),
                Cause = epoch switch { 1 => "members_added", 2 => "members_removed", _ => "rotation_requested" },
                Members = epoch == 3 ? 0 : 2,
                Note = epoch == 3 ? "Quarterly rotation" : null,
            };
        }
    }

    private IEnumerable<object> Roster(int group)
    {
        for (var place = 0; place < SizeOf(group); place++)
        {
            var index = (int)(((group * 37L) + ((long)place * Stride)) % members);
            yield return new GroupMemberRow { GroupId = GroupId(group), MemberId = MemberId(index), AddedAt = now.AddDays(-100) };
            if (!IsActive(index) || !HasAccepted(index))
            {
                continue;
            }

            if (IsOpen(group) && place % 50 == 1)
            {
                yield return new RefusalRow { GroupId = GroupId(group), MemberId = MemberId(index), OrganizationId = organization, Reason = "APPROVAL_PENDING", At = now.AddHours(-place) };
                continue;
            }

            yield return new RosterRow { GroupId = GroupId(group), MemberId = MemberId(index), Alg = "HPKE-4", Hpke = Text("hpke-", index), Signing = Text("signing-", index), AddedSequence = 1, FromRevision = 1 };
            if (!IsOpen(group) || place % 10 != 0)
            {
                yield return new EnvelopeRow { GroupId = GroupId(group), Epoch = 3, MemberId = MemberId(index), Kid = Text("hpke-", index), Generation = 0, Jwe = envelope };
            }
        }
    }

    private IEnumerable<object> Told(int index)
    {
        var (group, sequence) = (GroupId(index % groups), 1 + (index / groups));
        var at = Ago(index, groups * EventsOfGroup, 14);
        var state = index % 2_000 == 77 ? EventState.Parked : index % groups == 4 && sequence == EventsOfGroup ? EventState.Waiting : EventState.Done;
        var change = new Event { GroupId = group, Sequence = (ulong)sequence, MembersAdded = new MembersAdded() };
        change.MembersAdded.Members.Add(new MemberWithKeys { MemberId = MemberId(index % members), Keys = new ClaimedKeys { HpkeJwk = envelope[..200], SigningJwk = envelope[..200] } });
        yield return new EventRow
        {
            OrganizationId = organization,
            GroupId = group,
            Sequence = sequence,
            EventId = Text("event-", index),
            Kind = sequence == 1 ? "group_created" : "members_added",
            Members = sequence == 1 ? 0 : 1,
            Payload = change.ToByteArray(),
            OccurredAt = at,
            State = state,
            DueAt = at,
            Attempts = state == EventState.Waiting ? 3 : 1,
            Outcome = state switch { EventState.Parked => "REJECTED GROUP_UNKNOWN", EventState.Waiting => "UNAVAILABLE the service does not answer", _ => "APPLIED" },
            CompletedAt = state == EventState.Waiting ? null : at.AddMilliseconds(400),
            Revision = state == EventState.Done ? sequence : null,
        };
        yield return new StatementRow
        {
            GroupId = group,
            Revision = sequence,
            Epoch = Math.Min(3, sequence),
            Hash = "",
            Statement = statement,
            ReceivedAt = at.AddMilliseconds(500),
            EnvelopedAt = at.AddMilliseconds(500 + (index * 7_919L % 4_000)),
        };
    }

    private IEnumerable<object> Call(int index)
    {
        var person = index / 2 % members;
        var name = Text("user", person, "@acme.example");
        var status = index % 211 == 0 ? 409 : index % 5_003 == 1 ? 500 : 200;
        var note = new CallNote { ResourceId = MemberId(person), Name = name, Change = index % 2 == 0 ? "userName eq \"…\": 1 found" : "changed: title" };
        yield return CallWords.RowOf(
            new AnsweredCall(
                organization, Connection, Ago(index, Calls, 29), index % 2 == 0 ? "GET" : "PATCH", CallKind.User, status, status == 409 ? "uniqueness" : null,
                status switch { 409 => "Another user of the organization has that userName.", 500 => "The request failed. Nothing was changed.", _ => null }, TimeSpan.FromMilliseconds(index % 40), note),
            []);
    }

    private IEnumerable<object> Hour(int index)
    {
        var weight = (int)(20 * (1.2 + Math.Sin(index / 24.0 * 2 * Math.PI)));
        yield return new HourRow
        {
            OrganizationId = organization,
            Hour = HourCounts.HourOf(now).AddHours(-index),
            Reads = weight * 2,
            Writes = weight,
            Refused = index % 17 == 0 ? 3 : 0,
            Failed = index % 90 == 8 ? 1 : 0,
            WrongTokens = index % 120 == 60 ? 2 : 0,
        };
    }

    private async Task EachAsync(int count, Func<int, IEnumerable<object>> make, CancellationToken cancellationToken)
    {
        foreach (var part in Enumerable.Range(0, count).SelectMany(make).Chunk(Step))
        {
            await store.WriteAsync(
                db =>
                {
                    db.ChangeTracker.AutoDetectChangesEnabled = false;
                    db.AddRange(part);
                    return Task.CompletedTask;
                },
                cancellationToken);
        }
    }
}
