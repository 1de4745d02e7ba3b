using EncryptionService.Contracts.Membership;
using Grpc.Core;
using Grpc.Health.V1;
using Serving = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace EncryptionService.Service.Health;

/// <summary><c>grpc.health.v1</c>: the whole server (empty name) and <c>GroupEncryption</c>; both are ready together. Needs no token.</summary>
internal sealed class HealthDoor(Readiness readiness, TimeProvider time) : Grpc.Health.V1.Health.HealthBase
{
    /// <summary>Below which path its calls are.</summary>
    public static readonly PathString Path = "/" + Grpc.Health.V1.Health.Descriptor.FullName;

    private static readonly TimeSpan watchPeriod = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
        => IsKnown(request.Service)
            ? new HealthCheckResponse { Status = await StatusAsync(context.CancellationToken) }
            : throw new RpcException(new Status(StatusCode.NotFound, "service: is not served here"));

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        Serving? last = null;
        while (!context.CancellationToken.IsCancellationRequested)
        {
            var now = IsKnown(request.Service) ? await StatusAsync(context.CancellationToken) : Serving.ServiceUnknown;
            if (now != last)
            {
                await responseStream.WriteAsync(new HealthCheckResponse { Status = now }, context.CancellationToken);
                last = now;
            }

            await Task.Delay(watchPeriod, time, context.CancellationToken);
        }
    }

    private static bool IsKnown(string service) => service.Length == 0 || service == GroupEncryption.Descriptor.FullName;

    private async Task<Serving> StatusAsync(CancellationToken cancellationToken)
        => await readiness.WhyNotAsync(cancellationToken) is null ? Serving.Serving : Serving.NotServing;
}
