using EncryptionService.Contracts.Membership;
using EncryptionService.Hammer.Core;
using EncryptionService.Hammer.Host;
using EncryptionService.Hammer.Report;
using Grpc.Core;

namespace EncryptionService.Hammer.Run;

/// <summary>Repeats a call until it is answered, however often the service dies meanwhile. What it may not survive is a wrong answer.</summary>
internal sealed class Sender(ServiceDoor door, Replicas service, TimeProvider time)
{
    private const int MostAttempts = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Time of the answered attempt alone.</summary>
    public TimeSpan LastLatency { get; private set; }

    public Task<ApplyResponse> ApplyAsync(ApplyRequest request, CancellationToken cancellationToken) =>
        CallAsync(token => door.ApplyAsync(request, token), cancellationToken);

    public Task<GetGroupResponse> GetGroupAsync(GetGroupRequest request, CancellationToken cancellationToken) =>
        CallAsync(token => door.GetGroupAsync(request, token), cancellationToken);

    /// <summary>Null where the epoch has moved on meanwhile.</summary>
    public async Task<ResealResponse?> ResealAsync(ResealRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(token => door.ResealAsync(request, token), cancellationToken);
        }
        catch (HammerException exception) when (exception.InnerException is RpcException { StatusCode: StatusCode.FailedPrecondition })
        {
            return null;
        }
    }

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await service.WaitReadyAsync(cancellationToken);
            var kills = service.Kills;
            var began = time.GetTimestamp();
            try
            {
                var answer = await call(cancellationToken);
                LastLatency = time.GetElapsedTime(began);
                return answer;
            }
            catch (RpcException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var unanswered = exception.StatusCode == StatusCode.Unavailable
                    || ((service.Kills != kills || service.Recovering) && exception.StatusCode is StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown);
                if (!unanswered || attempt == MostAttempts)
                {
                    throw new HammerException($"The service answered {exception.StatusCode}: {exception.Status.Detail}", exception);
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
