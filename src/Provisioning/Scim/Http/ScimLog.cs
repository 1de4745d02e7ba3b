namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>What is written down about calls: ids, never names, addresses or tokens.</summary>
internal static partial class ScimLog
{
    [LoggerMessage(1600, LogLevel.Information, "SCIM {Method} {Place} {Id} through {Connection}: {Status} after {Milliseconds} ms.")]
    public static partial void Answered(ILogger logger, string method, ScimPlace place, string? id, string? connection, int status, double milliseconds);

    [LoggerMessage(1601, LogLevel.Error, "SCIM {Method} {Place} failed.")]
    public static partial void Failed(ILogger logger, string method, ScimPlace place, Exception exception);

    [LoggerMessage(1602, LogLevel.Warning, "SCIM {Method} {Place}: the database cannot be reached.")]
    public static partial void Unreachable(ILogger logger, string method, ScimPlace place, Exception exception);
}
