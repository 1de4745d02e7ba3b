using EncryptionService.Provisioning;

return await Commands.RunAsync(args);
