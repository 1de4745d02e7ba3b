using EncryptionService.Provisioning.Settings;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EncryptionService.Provisioning.Organizations;

/// <summary>Puts organizations into the host.</summary>
internal static class OrganizationsRoom
{
    /// <summary>Organizations and their call keys.</summary>
    public static IServiceCollection AddOrganizations(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("EncryptionService.Provisioning");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<ProvisioningOptions>>((keys, options) =>
            keys.XmlRepository = new FileSystemXmlRepository(PrivateFolder(options.Value.KeysPath), NullLoggerFactory.Instance));
        return services.AddSingleton<CallKeys>().AddSingleton<OrganizationBook>().AddSingleton<WrongTokenLimiter>();
    }

    private static DirectoryInfo PrivateFolder(string path) =>
        System.IO.Directory.CreateDirectory(Path.GetFullPath(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
