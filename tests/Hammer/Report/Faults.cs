using System.Collections.Concurrent;

namespace EncryptionService.Hammer.Report;

/// <summary>Everything that went wrong while it ran. One is enough to fail the run.</summary>
internal sealed class Faults
{
    private const int Kept = 50;
    private readonly ConcurrentQueue<string> first = [];
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>The first of them, in words.</summary>
    public IReadOnlyCollection<string> First => first;

    /// <summary>Takes one down; false, so that a check can return it.</summary>
    public bool Add(string fault)
    {
        if (Interlocked.Increment(ref count) <= Kept)
        {
            first.Enqueue(fault);
        }

        return false;
    }
}

/// <summary>The run cannot go on.</summary>
internal sealed class HammerException : Exception
{
    public HammerException(string message)
        : base(message)
    {
    }

    public HammerException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public HammerException()
    {
    }
}
