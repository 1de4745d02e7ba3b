using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace EncryptionService.Provisioning.Database;

/// <summary>Times in tables: whole milliseconds since 1970, UTC.</summary>
internal sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
