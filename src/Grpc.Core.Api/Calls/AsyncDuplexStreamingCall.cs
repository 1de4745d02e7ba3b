namespace Grpc.Core;

/// <summary>A running call with a stream in each direction.</summary>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly CallState call;

    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream, IAsyncStreamReader<TResponse> responseStream, Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc, Func<Metadata> getTrailersFunc, Action disposeAction)
        => (
            RequestStream, ResponseStream, call) = (requestStream, responseStream,
            CallState.From(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction));

    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream, IAsyncStreamReader<TResponse> responseStream,
        Func<object, Task<Metadata>> responseHeadersAsync, Func<object, Status> getStatusFunc, Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction, object state)
        => (
            RequestStream, ResponseStream, call) = (requestStream, responseStream,
            new CallState(state, responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction));

    public IClientStreamWriter<TRequest> RequestStream { get; }
    public IAsyncStreamReader<TResponse> ResponseStream { get; }
    public Task<Metadata> ResponseHeadersAsync => call.Headers;
    public Status GetStatus() => call.Status;
    public Metadata GetTrailers() => call.Trailers;
    public void Dispose() => call.Dispose();
}
