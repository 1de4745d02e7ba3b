namespace Grpc.Core;

/// <summary>What a call started by a server takes over from the call being served.</summary>
public class ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
{
    public static readonly ContextPropagationOptions Default = new();
    public bool IsPropagateDeadline { get; } = propagateDeadline;
    public bool IsPropagateCancellation { get; } = propagateCancellation;
}

/// <summary>Carries the call being served to the calls it starts.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken() { }
}
