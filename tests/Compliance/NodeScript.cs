using System.Diagnostics;

namespace EncryptionService.Compliance;

/// <summary>Runs a script with Node.js, for checks against code that nobody here wrote.</summary>
public static class NodeScript
{
    /// <summary>Runs <c>node script arguments</c> to its end; the process and its children are killed when the token fires.</summary>
    /// <param name="script">Absolute path of the script; its folder is the working directory.</param>
    /// <param name="arguments">Passed on one by one, no shell in between.</param>
    /// <param name="environment">Added to the environment of the test process; a null value removes the name.</param>
    /// <param name="input">What the script reads from standard input; null closes it at once.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    public static Task<ProcessOutcome> Run(
        string script,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment,
        string? input,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", [script, .. arguments]) { WorkingDirectory = Path.GetDirectoryName(script) };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return ChildProcess.Run(start, input, cancellationToken);
    }

    /// <summary>The same without additions to the environment and with empty standard input.</summary>
    public static Task<ProcessOutcome> Run(string script, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        Run(script, arguments, null, null, cancellationToken);
}
