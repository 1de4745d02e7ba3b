using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using EncryptionService.Formats;
using EncryptionService.Service.Groups;
using EncryptionService.Service.Posting;
using EncryptionService.Service.Telemetry;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Wrapping;

/// <summary>Seals and posts what the ledger made due: in order for each group, several groups at once, bounded.</summary>
/// <remarks>
/// Nothing here is the only copy of anything: what is dropped, or was under way when the process died, the core asks for again.
/// </remarks>
internal sealed partial class DeliveryLanes : IDeliveries, IHostedService, IDisposable
{
    private readonly Lane[] lanes;
    private readonly EnvelopeMaker maker;
    private readonly GroupPoster poster;
    private readonly PostMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger<DeliveryLanes> logger;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<GroupId, ulong> newestEpochs = new();
    private Task running = Task.CompletedTask;

    /// <summary>Makes the lanes.</summary>
    public DeliveryLanes(
        EnvelopeMaker maker, GroupPoster poster, PostMetrics metrics, IOptions<PostingOptions> options, TimeProvider time, ILogger<DeliveryLanes> logger)
    {
        this.maker = maker;
        this.poster = poster;
        this.metrics = metrics;
        this.time = time;
        this.logger = logger;
        var capacity = Math.Max(1, options.Value.QueueLength / options.Value.Lanes);
        lanes = [.. Enumerable.Range(0, options.Value.Lanes).Select(_ => new Lane(capacity, Drop))];
    }

    /// <summary>Time that a stopping service gives to what is still queued.</summary>
    public static TimeSpan DrainTime { get; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public void Add(Delivery delivery)
    {
        if (delivery is { Mints: true, Key: { } key })
        {
            newestEpochs.AddOrUpdate(delivery.Group, key.Epoch, (_, epoch) => Math.Max(epoch, key.Epoch));
        }

        var lane = lanes[unchecked((uint)StringComparer.Ordinal.GetHashCode(delivery.Group.Value)) % (uint)lanes.Length];
        if (!lane.Queue.Writer.TryWrite(delivery))
        {
            metrics.Dropped(); // the service stops
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        running = Task.WhenAll(lanes.Select(lane => Task.Run(() => RunAsync(lane), CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <summary>Closes the lanes, lets them drain for a while, then gives up what is left.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in lanes)
        {
            lane.Queue.Writer.TryComplete();
        }

        using var drain = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(running, Task.Delay(DrainTime, time, drain.Token));
        await drain.CancelAsync();
        await stop.CancelAsync();
        await running;
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    [SuppressMessage("Design", "CA1031", Justification = "A lane that ended would drop the deliveries of many groups in silence.")]
    private async Task RunAsync(Lane lane)
    {
        await foreach (var delivery in lane.Queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (stop.IsCancellationRequested)
            {
                metrics.Dropped();
                continue;
            }

            try
            {
                await DeliverAsync(delivery);
            }
            catch (OperationCanceledException)
            {
                metrics.Dropped();
            }
            catch (Exception exception)
            {
                // One group's fault must not stop the lane for the others.
                LogFailed(logger, delivery.Group.Value, exception);
            }
        }
    }

    private async Task DeliverAsync(Delivery delivery)
    {
        using var span = ServiceSpans.StartOwn("delivery", delivery.Cause);
        span?.SetTag("eec.recipients", delivery.Recipients.Count);
        var superseded = delivery.Key is { } key && newestEpochs.TryGetValue(delivery.Group, out var newest) && key.Epoch < newest;
        var chunks = superseded || delivery.Recipients.Count == 0
            ? [[]]
            : delivery.Recipients.Chunk(GroupPoster.MaxEnvelopes);

        // While one chunk travels, the next is sealed.
        Task<PostOutcome>? posting = null;
        foreach (var chunk in chunks)
        {
            var post = maker.Make(delivery, chunk);
            if (posting is not null && await posting is not PostOutcome.Stored)
            {
                return; // the core lacks something, or is away: it will ask for all of it
            }

            posting = poster.PostAsync(post, stop.Token);
        }

        if (posting is not null)
        {
            await posting;
        }

        if (delivery is { Mints: true, Key: { } minted })
        {
            newestEpochs.TryRemove(new KeyValuePair<GroupId, ulong>(delivery.Group, minted.Epoch));
        }
    }

    private void Drop(Delivery delivery)
    {
        metrics.Dropped();
        LogDropped(logger, delivery.Group.Value);
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Warning, Message = "The queue is full: dropped a delivery of group {Group}. The core asks again for what it lacks")]
    private static partial void LogDropped(ILogger logger, string group);

    [LoggerMessage(EventId = 401, Level = LogLevel.Error, Message = "A delivery of group {Group} failed")]
    private static partial void LogFailed(ILogger logger, string group, Exception exception);

    private sealed class Lane(int capacity, Action<Delivery> dropped)
    {
        public Channel<Delivery> Queue { get; } = Channel.CreateBounded(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, dropped);
    }
}
