using EncryptionService.Contracts.Membership;
using EncryptionService.Service;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Membership;
using EncryptionService.Service.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Benchmarks.World;

/// <summary>The whole service in this process, with its files; called behind the gRPC door, as the door calls.</summary>
internal sealed class InnerService : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly GroupUnits units;

    private InnerService(Scene scene, WebApplication app)
    {
        this.app = app;
        Scene = scene;
        units = app.Services.GetRequiredService<GroupUnits>();
    }

    public Scene Scene { get; }

    public EventSource Events { get; } = new();

    public static async Task<InnerService> StartAsync(CancellationToken cancellationToken)
    {
        var scene = await Scene.SetAsync(cancellationToken);
        var app = ServiceHost.Build(scene.Settings(0, 0), services => services.AddLogging(logging => logging.ClearProviders()));
        await app.StartAsync(cancellationToken);
        await scene.Receiver.Enrolled.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, cancellationToken);
        return new InnerService(scene, app);
    }

    /// <summary>Applies events of one group: parses, decides, appends; every receipt must say that it was applied.</summary>
    public async Task ApplyAsync(CancellationToken cancellationToken, params IEnumerable<Event> events)
    {
        var request = new ApplyRequest();
        request.Events.AddRange(events);
        if (!RequestParser.TryParse(request, out var parsed, out var error))
        {
            throw new InvalidDataException(error);
        }

        await app.Services.GetRequiredService<PinBook>().RefreshAsync(cancellationToken);
        foreach (var receipt in await units.ApplyAsync(parsed.Events[0].Group, parsed.Events, null, cancellationToken))
        {
            if (receipt.Outcome != Outcome.Applied || receipt.Members.Any(member => member.Outcome == MemberOutcome.Refused))
            {
                throw new InvalidDataException($"{receipt.GroupId}: {receipt.Outcome} {receipt.Reason}");
            }
        }
    }

    /// <summary>A group with these members, ready when all envelopes are posted.</summary>
    public async Task CreateAsync(string group, IReadOnlyList<MemberWithKeys> members, CancellationToken cancellationToken)
    {
        var posted = Scene.Receiver.ExpectAsync(members.Count, cancellationToken);
        await ApplyAsync(cancellationToken, [Events.Created(group), .. members.Chunk(RequestParser.MaxMembers).Select(chunk => Events.Added(group, chunk))]);
        await posted;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await Scene.DisposeAsync();
    }
}
