using System.Collections.Concurrent;

namespace EncryptionService.AzureStandIn;

/// <summary>A request that the vault got.</summary>
/// <param name="Operation">get, wrapkey, unwrapkey or sign.</param>
/// <param name="Key">The key's name.</param>
/// <param name="Version">The version asked for; empty: the newest.</param>
/// <param name="Authorization">What the request showed; empty: nothing.</param>
/// <param name="BodyLength">Length of its body.</param>
/// <param name="Status">The answer; 0: none was given.</param>
public sealed record VaultCall(string Operation, string Key, string Version, string Authorization, long BodyLength, int Status);

/// <summary>What was asked of the stand-in.</summary>
public sealed class CallLog
{
    private readonly ConcurrentQueue<VaultCall> calls = new();
    private readonly ConcurrentQueue<string> tokens = new();

    /// <summary>Called after each call.</summary>
    public Action Changed { get; set; } = () => { };

    public IReadOnlyList<VaultCall> Calls => [.. calls];

    /// <summary>The resources that tokens were asked for.</summary>
    public IReadOnlyList<string> Tokens => [.. tokens];

    /// <summary>How often an operation was answered with 200.</summary>
    public int Done(string operation) => calls.Count(call => call.Operation == operation && call.Status == 200);

    public void Clear()
    {
        calls.Clear();
        tokens.Clear();
    }

    internal void Add(VaultCall call)
    {
        calls.Enqueue(call);
        Changed();
    }

    internal void AddToken(string resource) => tokens.Enqueue(resource);
}
