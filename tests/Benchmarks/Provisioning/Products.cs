using EncryptionService.Benchmarks.Report;
using EncryptionService.Benchmarks.World;
using EncryptionService.Provisioning.Database;

namespace EncryptionService.Benchmarks.Provisioning;

/// <summary>Runs a measurement on every database that there is, and says which there is not.</summary>
internal static class Products
{
    public static string NameOf(DatabaseProvider product) => product == DatabaseProvider.Sqlite ? "SQLite" : "PostgreSQL";

    public static async Task RunAsync(Board board, Func<DatabaseProvider, Task> measure)
    {
        foreach (var product in CoreDatabase.Products)
        {
            if (product == DatabaseProvider.PostgreSql)
            {
                board.Say(await CoreDatabase.DescribeServerAsync());
            }

            await measure(product);
        }

        if (!CoreDatabase.Products.Contains(DatabaseProvider.PostgreSql))
        {
            board.Say($"PostgreSQL: NOT MEASURED, {CoreDatabase.Absent}");
        }
    }
}
