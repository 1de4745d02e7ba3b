namespace Grpc.Core;

/// <summary>The outcome of a call: a code and a text for people.</summary>
public struct Status
{
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    public Status(StatusCode statusCode, string detail) : this(statusCode, detail, null) { }

    public Status(StatusCode statusCode, string detail, Exception? debugException)
        => (StatusCode, Detail, DebugException) = (statusCode, detail, debugException);

    public StatusCode StatusCode { get; }
    public string Detail { get; }

    /// <summary>What caused the status on this side. It never travels over the wire.</summary>
    public Exception? DebugException { get; }

    public override string ToString()
    {
        var head = $"Status(StatusCode=\"{StatusCode}\", Detail=\"{Detail}\"";
        return DebugException is null ? head + ")" : $"{head}, DebugException=\"{DebugException.GetType()}: {DebugException.Message}\")";
    }
}
