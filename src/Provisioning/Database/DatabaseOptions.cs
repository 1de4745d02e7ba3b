using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Database;

/// <summary>Which database product keeps the core's data.</summary>
public enum DatabaseProvider
{
    /// <summary>A file; one instance of the core.</summary>
    Sqlite,

    /// <summary>A server; several instances.</summary>
    PostgreSql,
}

/// <summary>Where the data is: section <c>Database</c> of the configuration.</summary>
public sealed class DatabaseOptions : IValidatableObject
{
    /// <summary>Product. Default: <see cref="DatabaseProvider.Sqlite"/>.</summary>
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary>SQLite: the file, relative to the current directory. Default <c>.data/provisioning.db</c>.</summary>
    [Required]
    public string Path { get; set; } = System.IO.Path.Combine(".data", "provisioning.db");

    /// <summary>PostgreSQL: the connection string. Required there.</summary>
    public string? ConnectionString { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Provider == DatabaseProvider.PostgreSql && string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return new ValidationResult("Database:ConnectionString is required for PostgreSql.", [nameof(ConnectionString)]);
        }
    }
}

/// <summary>Checks <see cref="DatabaseOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>;
