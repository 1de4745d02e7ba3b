using System.Collections;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Hosting;

/// <summary>The one scope of every log line: which revision and replica wrote it (docs/spec/operations.md, section 3).</summary>
/// <remarks>Scopes that are begun, the framework's above all, are let go: they hold paths and connections, which are nothing for a log.</remarks>
public sealed class InstanceScope(Instance instance) : IExternalScopeProvider
{
    private readonly Names names = new(instance);

    /// <inheritdoc/>
    public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
    {
        ArgumentNullException.ThrowIfNull(callback);
        callback(names, state);
    }

    /// <inheritdoc/>
    public IDisposable Push(object? state) => Nothing.Instance;

    private sealed class Names(Instance instance) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly KeyValuePair<string, object?>[] pairs = [new("Revision", instance.Revision), new("Replica", instance.Replica)];

        public int Count => pairs.Length;

        public KeyValuePair<string, object?> this[int index] => pairs[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => pairs.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        /// <summary>The formatter writes this beside the pairs.</summary>
        public override string ToString() => instance.Replica;
    }

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
