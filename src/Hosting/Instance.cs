using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace EncryptionService.Hosting;

/// <summary>A running instance of a host, as logs, probes and telemetry name it (docs/spec/operations.md, section 1).</summary>
/// <param name="Service">Name of the host, as telemetry has it.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Revision">The revision that it belongs to.</param>
/// <param name="Replica">This one among the revision's.</param>
public sealed record Instance(string Service, string Version, string Revision, string Replica)
{
    /// <summary>What a name of a revision or replica looks like: an id.</summary>
    public const string NamePattern = "^[A-Za-z0-9._-]{1,64}$";

    private const int Longest = 64;

    /// <summary>The instance that a section's <c>RevisionName</c> and <c>ReplicaName</c> say, or the platform.</summary>
    /// <param name="service">Name of the host.</param>
    /// <param name="program">The host's assembly.</param>
    /// <param name="section">The host's own section. Read as text: whether it is valid is said elsewhere, and later.</param>
    public static Instance Of(string service, Assembly program, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(section);
        return new Instance(service, program.GetName().Version!.ToString(3), section["RevisionName"] ?? DefaultRevision(), section["ReplicaName"] ?? DefaultReplica());
    }

    /// <summary>What the container platform calls the revision, else <c>local</c>.</summary>
    public static string DefaultRevision() => Named("CONTAINER_APP_REVISION") ?? "local";

    /// <summary>What the container platform calls the replica, else the host's name.</summary>
    public static string DefaultReplica() => Named("CONTAINER_APP_REPLICA_NAME") ?? ToName(Environment.MachineName);

    /// <summary>A text made a name. Names of replicas differ at their end, so that is what stays of a long one.</summary>
    public static string ToName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var name = string.Concat(text.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-'));
        return name.Length == 0 ? "-" : name.Length > Longest ? name[^Longest..] : name;
    }

    private static string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? ToName(text) : null;
}
