using System.Diagnostics;
using System.Diagnostics.Metrics;
using EncryptionService.Service.Health;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Telemetry;
using Grpc.Core;

namespace EncryptionService.Service.Membership;

/// <summary>Measures the calls, and turns what the rooms throw into a status: the one place where that happens.</summary>
internal sealed partial class DoorMetrics
{
    private readonly Histogram<double> duration;
    private readonly ServiceState state;
    private readonly ILogger<DoorMetrics> logger;

    /// <summary>Makes the instrument.</summary>
    public DoorMetrics(ServiceMeter meter, ServiceState state, ILogger<DoorMetrics> logger)
    {
        this.state = state;
        this.logger = logger;
        duration = meter.Meter.CreateHistogram<double>("eec.call.duration", "s", "Duration of gRPC calls, by method and status");
    }

    /// <summary>Runs a call.</summary>
    public async Task<T> MeasureAsync<T>(string method, Func<Task<T>> call)
    {
        var begin = Stopwatch.GetTimestamp();
        var status = StatusCode.OK;
        try
        {
            return await call();
        }
        catch (RpcException exception)
        {
            status = exception.StatusCode;
            throw;
        }
        catch (OperationCanceledException)
        {
            status = StatusCode.Cancelled;
            throw;
        }
        catch (LedgerUnavailableException exception)
        {
            LogUnavailable(logger, method, exception);
            status = StatusCode.Unavailable;
            throw new RpcException(new Status(status, "The ledger cannot be written. What was not answered was not applied, or comes back as a duplicate: send it again later."));
        }
        catch (LedgerDamagedException exception)
        {
            LogDamaged(logger, method, exception.Fault);
            state.SetDamaged();
            status = StatusCode.DataLoss;
            throw new RpcException(new Status(status, "The ledger is damaged. The service's log says where; an administrator must restore it."));
        }
        finally
        {
            duration.Record(
                Stopwatch.GetElapsedTime(begin).TotalSeconds,
                new KeyValuePair<string, object?>("method", method),
                new KeyValuePair<string, object?>("status", status.ToString()));
        }
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Error, Message = "{Method}: the ledger cannot be written")]
    private static partial void LogUnavailable(ILogger logger, string method, Exception exception);

    [LoggerMessage(EventId = 111, Level = LogLevel.Critical, Message = "{Method}: the ledger is damaged: {Fault}")]
    private static partial void LogDamaged(ILogger logger, string method, LedgerFault fault);
}
