using EncryptionService.Contracts.Membership;
using EncryptionService.Envelopes;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Membership;
using EncryptionService.Service.Trust;
using EncryptionService.Service.Wrapping;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EncryptionService.Service.Tests.Rooms;

/// <summary>One process of the service without its listeners: the same rooms, another clock, deliveries that are only remembered.</summary>
internal sealed class InProcessService : IAsyncDisposable
{
    private readonly ServicePlace place;
    private readonly ServiceProvider rooms;

    private InProcessService(ServicePlace place, Func<ILedger, ILedger>? wrap, (string Name, string? Value)[] settings, Action<IServiceCollection>? replace = null)
    {
        this.place = place;
        var services = new ServiceCollection();
        services.AddLogging();
        var values = new Dictionary<string, string?>(place.Settings);
        foreach (var (name, value) in settings)
        {
            values[name] = value;
        }

        services.AddRooms(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        services.AddSingleton<TimeProvider>(place.Time);
        services.AddSingleton<IDeliveries>(place.Deliveries);
        if (!place.OnDisk)
        {
            services.AddSingleton(_ => (wrap ?? (inner => inner))(place.OpenMemory()));
        }

        replace?.Invoke(services);
        rooms = services.BuildServiceProvider();
    }

    public KeyRing Ring => Get<KeyRing>();

    public IServiceProvider Rooms => rooms;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The rooms, not opened.</summary>
    public static InProcessService Build(ServicePlace place, params (string Name, string? Value)[] settings) => new(place, null, settings);

    /// <summary>The rooms, as after a start.</summary>
    public static Task<InProcessService> StartAsync(ServicePlace place, params (string Name, string? Value)[] settings) => StartAsync(place, null, settings);

    /// <summary>The rooms over a ledger that something is put in front of.</summary>
    public static Task<InProcessService> StartAsync(ServicePlace place, Func<ILedger, ILedger>? wrap, params (string Name, string? Value)[] settings)
        => StartAsync(new InProcessService(place, wrap, settings));

    /// <summary>The rooms with other things in some ports' places.</summary>
    public static Task<InProcessService> StartAsync(ServicePlace place, Func<ILedger, ILedger>? wrap, Action<IServiceCollection> replace)
        => StartAsync(new InProcessService(place, wrap, [], replace));

    private static async Task<InProcessService> StartAsync(InProcessService service)
    {
        try
        {
            await service.OpenAsync();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>The start: root, then pins.</summary>
    public async Task OpenAsync()
    {
        await Get<RootKeeper>().OpenAsync(Token);
        await Get<PinBook>().LoadAsync(Ring.Keys.LedgerKey, Token);
    }

    public T Get<T>()
        where T : notnull
        => rooms.GetRequiredService<T>();

    public Task<IReadOnlyList<Receipt>> ApplyAsync(params Event[] events) => ApplyAsync(events, []);

    public async Task<IReadOnlyList<Receipt>> ApplyAsync(IEnumerable<Event> events, params (string Group, string Statement)[] known)
    {
        var request = new ApplyRequest();
        request.Events.AddRange(events);
        request.Known.AddRange(known.Select(entry => new KnownStatement { GroupId = entry.Group, Statement = entry.Statement }));
        return (await Get<GroupEncryptionDoor>().Apply(request, new FakeCall(Token))).Receipts;
    }

    public Task<GetGroupResponse> GetGroupAsync(string group = "g1", string statement = "") => Get<GroupEncryptionDoor>().GetGroup(
        new GetGroupRequest { GroupId = group, Statement = statement, MaxStatements = 1_000, MaxMembers = 10_000 }, new FakeCall(Token));

    public Task<ResealResponse> ResealAsync(ulong epoch, params Person[] people)
    {
        var request = new ResealRequest { GroupId = "g1", Epoch = epoch };
        request.MemberIds.AddRange(people.Select(person => person.Member.Value));
        return Get<GroupEncryptionDoor>().Reseal(request, new FakeCall(Token));
    }

    public Task<SubmitApprovalResponse> SubmitAsync(string document)
        => Get<GroupEncryptionDoor>().SubmitApproval(new SubmitApprovalRequest { Document = document }, new FakeCall(Token));

    public async Task<GroupState> StateAsync(string group = "g1")
    {
        using var lease = await Get<GroupStore>().RentAsync(IdOf.Group(group), Token);
        return lease.State;
    }

    /// <summary>Opens what was due to a person for the current epoch; null if nothing was.</summary>
    public async Task<OpenResult?> OpenAsync(Person person, string group = "g1")
    {
        var state = await StateAsync(group);
        return place.Deliveries.Find(state.Id, person.Member, state.Epoch) is { } delivery
            ? await OpenAsync(person, state, delivery)
            : null;
    }

    /// <summary>Opens the envelope that a delivery makes for a person who has the keys given.</summary>
    public async Task<OpenResult> OpenAsync(Person person, GroupState state, Delivery delivery)
    {
        return Opener.Open(Request(person, state, delivery, [.. (await GetGroupAsync(state.Id.Value)).Statements]));
    }

    /// <summary>What a client that remembers nothing hands to the opener.</summary>
    public OpenRequest Request(Person person, GroupState state, Delivery delivery, IReadOnlyList<string> statements) => new()
    {
        Organization = place.Organization,
        Group = state.Id,
        Member = person.Member,
        Keys = person.Keys,
        PinnedOrganization = Ring.Keys.Certificate.OrganizationKey.Thumbprint,
        Memory = null,
        Envelope = Get<EnvelopeMaker>().Make(delivery, [new RosterMember(person.Member, person.Keys.Public)]).Envelopes[0].Jwe,
        Statements = statements,
        Proof = state.Roster.Prove(person.Member)?.ToJson() ?? "[]",
        Certificates = [Ring.Keys.Certificate.Jws.Compact],
    };

    public ValueTask DisposeAsync() => rooms.DisposeAsync();
}
