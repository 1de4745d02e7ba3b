namespace EncryptionService.Provisioning.Configuration;

/// <summary>Why there is no configuration file.</summary>
internal enum ConfigurationProblem
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>There is no such organization.</summary>
    NoOrganization,

    /// <summary>Nobody said which image the service is.</summary>
    NoImage,

    /// <summary>The core has no address that a service in Azure could reach.</summary>
    NoPublicAddress,
}

/// <summary>The same in words for an administrator of the core.</summary>
internal static class ConfigurationProblems
{
    /// <summary>What is missing, and what to set.</summary>
    public static string Explain(this ConfigurationProblem problem) => problem switch
    {
        ConfigurationProblem.NoImage => "Set Provisioning:ServiceImage to the service's image by digest: registry/repository@sha256:<64 hexadecimal digits>. Without it a template would deploy nothing.",
        ConfigurationProblem.NoPublicAddress => "Set Provisioning:PublicUrl to the https address of this core: a service in Azure reaches no other.",
        ConfigurationProblem.NoOrganization => "There is no such organization.",
        _ => "",
    };
}
