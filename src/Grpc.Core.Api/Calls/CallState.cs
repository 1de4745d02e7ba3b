namespace Grpc.Core;

/// <summary>The part that the four kinds of call share.</summary>
internal readonly struct CallState(
    object state, Func<object, Task<Metadata>> headers, Func<object, Status> status, Func<object, Metadata> trailers,
    Action<object> dispose)
{
    public static CallState From(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
        => new(headers, h => (Task<Metadata>)h, _ => status(), _ => trailers(), _ => dispose());

    public Task<Metadata> Headers => headers(state);
    public Status Status => status(state);
    public Metadata Trailers => trailers(state);
    public void Dispose() => dispose(state);
}
