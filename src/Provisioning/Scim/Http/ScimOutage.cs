using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace EncryptionService.Provisioning.Scim.Http;

/// <summary>Tells that the database cannot be reached from that something is wrong with the program.</summary>
internal static class ScimOutage
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Disk = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    /// <summary>True if the same request may succeed later.</summary>
    public static bool Is(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException or TimeoutException or NpgsqlException { IsTransient: true } or SqliteException { SqliteErrorCode: Busy or Locked or Disk or Full or CannotOpen })
            {
                return true;
            }
        }

        return false;
    }
}
