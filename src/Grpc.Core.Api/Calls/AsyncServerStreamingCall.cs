namespace Grpc.Core;

/// <summary>A running call with one request and a stream of responses.</summary>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly CallState call;

    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream, Task<Metadata> responseHeadersAsync, Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc, Action disposeAction)
        => (ResponseStream, call) = (responseStream, CallState.From(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction));

    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream, Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc, Func<object, Metadata> getTrailersFunc, Action<object> disposeAction, object state)
        => (
            ResponseStream, call) = (responseStream,
            new CallState(state, responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction));

    public IAsyncStreamReader<TResponse> ResponseStream { get; }
    public Task<Metadata> ResponseHeadersAsync => call.Headers;
    public Status GetStatus() => call.Status;
    public Metadata GetTrailers() => call.Trailers;
    public void Dispose() => call.Dispose();
}
